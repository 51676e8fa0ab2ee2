//! Lines become messages: a line, and the indented lines below it that belong to it.

/// A message with the number of its first line.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub line: u64,
    pub text: String,
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

fn belongs(open: &str, line: &str) -> bool {
    let indented = line.starts_with(['\t', ' ']) && !line.trim().is_empty();
    if indented && !open.is_empty() {
        return true;
    }
    let last = open.rsplit('\n').next().unwrap_or("");
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
