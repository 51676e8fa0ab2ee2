//! Lines become messages: a line, and the indented lines below it that belong to it.

/// A message with the numbers of its lines.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// Of its first line.
    pub line: u64,
    pub text: String,
}

impl Block {
    /// Whether it is what `go build` prints below `# path/of/package`.
    pub(super) fn is_package(&self) -> bool {
        heads(&self.text)
    }

    /// The number of the line at this place of the text.
    pub(super) fn line_at(&self, place: usize) -> u64 {
        let ends = self.text.as_bytes()[..place].iter().filter(|byte| **byte == b'\n').count();
        self.line + ends as u64
    }
}

/// `# example.com/app` or `# example.com/app [example.com/app.test]`: the compiler's, the linker's and C's words follow.
fn heads(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("# ") else { return false };
    let first = rest.lines().next().unwrap_or("");
    let path = first.split_once(" [").map_or(first, |(path, _)| path);
    !path.is_empty() && !path.contains(' ') && !path.ends_with(':')
}

/// A line below such a heading: of a compiler or a linker, or what they quote.
fn of_a_compiler(line: &str) -> bool {
    const TOOLS: [&str; 12] = [
        "cgo: ",
        "gcc: ",
        "clang: ",
        "cc1",
        "ld: ",
        "collect2",
        "In file included",
        "note: ",
        "compile: ",
        "link: ",
        "compilation terminated",
        "编译中断",
    ];
    let word = line.split_once(": ").map_or(line, |(word, _)| word);
    let placed = word.contains(':') && !word.contains(' ') && word.contains('.');
    placed
        || word.ends_with("/link")
        || word.ends_with("/ld")
        || TOOLS.iter().any(|tool| line.starts_with(tool))
}

/// Puts blocks together.
#[derive(Default)]
pub(super) struct Blocks {
    open: Option<Block>,
}

/// More of one message is cut off.
const LONGEST: usize = 24 << 10;

impl Blocks {
    /// Adds a line; the block before it, if this line begins another.
    pub(super) fn add(&mut self, number: u64, line: &str) -> Option<Block> {
        let line = line.trim_end();
        if let Some(open) = self.open.as_mut()
            && belongs(&open.text, line)
        {
            if open.text.len() + line.len() < LONGEST {
                open.text.push('\n');
                open.text.push_str(line);
            }
            return None;
        }
        self.open.replace(Block { line: number, text: line.to_owned() })
    }

    pub(super) fn end(&mut self) -> Option<Block> {
        self.open.take()
    }
}

/// What go writes below its own line without an indent, or what a paste took the indent from.
const BELOW: [&str; 7] = [
    "downloaded:",
    "go.sum:",
    "sum.golang.org:",
    "server response:",
    "go.mod:",
    "go.work.sum:",
    "sum.golang.google.cn:",
];

/// Whether ssh is still speaking of one host key: which host, which file and line, which fingerprint.
fn of_a_host_key(open: &str, last: &str) -> bool {
    let warning =
        open.contains("REMOTE HOST IDENTIFICATION HAS CHANGED") && !last.contains("strict checking");
    (warning && open.lines().count() < 20) || last.ends_with("can't be established.")
}

fn belongs(open: &str, line: &str) -> bool {
    let indented = line.starts_with(['\t', ' ']) && !line.trim().is_empty();
    if indented && !open.is_empty() {
        return true;
    }
    if heads(open) && of_a_compiler(line) {
        return true;
    }
    let last = open.rsplit('\n').next().unwrap_or("");
    if of_a_host_key(open, last) {
        return !line.is_empty() && !line.starts_with("fatal: ") && !line.ends_with("verification failed.");
    }
    // `errors parsing go.mod:` and `malformed go.sum:` end with a colon; the places follow.
    let announced = ["errors parsing go.mod:", "malformed go.sum:", "invalid GOFLAGS:"];
    if announced.iter().any(|end| last.ends_with(end)) {
        return !line.is_empty();
    }
    // Further places of the same file.
    if open.contains("errors parsing go.mod:") && line.contains("go.mod:") {
        return true;
    }
    !open.is_empty() && BELOW.iter().any(|word| line.starts_with(word)) && !last.is_empty()
}
