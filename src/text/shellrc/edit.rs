//! Taking one line out of a start file, where that leaves the rest as it was.

use super::effect::{Effect, effects};
use super::{Command, Dialect, Node, Test, decoded, parse};

/// What stands before a line that was taken out.
const NOTE: &str = "# commented out by gobs: ";

/// The file with this line (counted from 1) commented out; `None` where the line cannot go by itself: it holds more
/// than one assignment or another command, or the command goes on over several lines.
///
/// Inside a block of a POSIX shell a `:` stays in its place, since a block of comments is a syntax error there.
pub fn comment_out(dialect: Dialect, bytes: &[u8], number: u32) -> Option<Vec<u8>> {
    let text = decoded(bytes);
    let text = text.as_str();
    let mut found = Found { number, commands: Vec::new() };
    found.look(&parse(dialect, text), false);
    let [(command, inside)] = found.commands.as_slice() else { return None };
    let whole = command.line == number && command.last == number;
    let one = matches!(effects(dialect, command).as_slice(), [Effect::Set { .. } | Effect::Export { .. }]);
    if !(whole && one) {
        return None;
    }
    let mut at = 0;
    for (line, counted) in text.split_inclusive('\n').zip(1u32..) {
        if counted == number {
            let body = line.trim_end_matches(['\n', '\r']);
            let indent = body.len() - body.trim_start().len();
            let rest = text.get(command.span.1..at + body.len()).unwrap_or("");
            let alone = at + indent == command.span.0 && only_comment(rest);
            if !alone {
                return None;
            }
            let stay = if *inside && dialect == Dialect::Posix { ": " } else { "" };
            let (head, tail) = bytes.split_at(at + indent);
            return Some([head, stay.as_bytes(), NOTE.as_bytes(), tail].concat());
        }
        at += line.len();
    }
    None
}

/// Whether nothing but a `;` and a comment follows.
fn only_comment(rest: &str) -> bool {
    let rest = rest.trim().trim_start_matches(';').trim();
    rest.is_empty() || rest.starts_with('#')
}

struct Found {
    number: u32,
    /// The commands that touch the line, and whether they stand in a block.
    commands: Vec<(Command, bool)>,
}

impl Found {
    fn add(&mut self, command: &Command, inside: bool) {
        let touches = (command.line..=command.last).contains(&self.number);
        if touches && !self.commands.iter().any(|(known, _)| known.span == command.span) {
            self.commands.push((command.clone(), inside));
        }
    }

    fn look(&mut self, nodes: &[Node], inside: bool) {
        for node in nodes {
            match node {
                Node::Run(command) => self.add(command, inside),
                Node::When { test, then, otherwise, .. } => {
                    self.test(test);
                    self.look(then, true);
                    self.look(otherwise, true);
                }
                Node::Group(body)
                | Node::Each { body, .. }
                | Node::Loop { body, .. }
                | Node::Function { body, .. } => self.look(body, true),
                Node::Case { arms, .. } => arms.iter().for_each(|(_, body)| self.look(body, true)),
            }
        }
    }

    fn test(&mut self, test: &Test) {
        match test {
            Test::Command(command) => self.add(command, true),
            Test::Not(inner) => self.test(inner),
            Test::All(parts) | Test::Any(parts) => parts.iter().for_each(|part| self.test(part)),
            Test::Unknown => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn out(dialect: Dialect, text: &str, number: u32) -> Option<String> {
        comment_out(dialect, text.as_bytes(), number).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn a_line_goes_where_nothing_else_goes_with_it() {
        let posix = |text, number| out(Dialect::Posix, text, number);
        assert_eq!(
            posix("a\nexport GOPROXY=x # y\r\nb", 2).unwrap(),
            "a\n# commented out by gobs: export GOPROXY=x # y\r\nb"
        );
        assert_eq!(
            posix("if a; then\n\texport GOPROXY=x;\nfi\n", 2).unwrap(),
            "if a; then\n\t: # commented out by gobs: export GOPROXY=x;\nfi\n"
        );
        let gbk = comment_out(Dialect::Posix, b"# \xb4\xfa\nA=1\n", 2).unwrap();
        assert_eq!(gbk, b"# \xb4\xfa\n# commented out by gobs: A=1\n");
        assert_eq!(posix("{\nA=1\n}", 2).unwrap(), "{\n: # commented out by gobs: A=1\n}");
        for (text, number) in [
            ("export A=1 PATH=$PATH:/x", 1),
            ("A=1; B=2", 1),
            ("[ -f x ] && export A=1", 1),
            ("export A=1 \\\n B=2", 1),
            ("export A=\"1\n2\"", 1),
            ("f() { export A=1; }", 1),
            ("if a; then export A=1; fi", 1),
            ("cat <<E\nexport A=1\nE", 2),
            ("source x", 1),
            ("export A=1", 7),
            ("(\nexport A=1\n)", 2),
        ] {
            assert_eq!(posix(text, number), None, "{text}");
        }
    }

    proptest! {
        /// Whatever a file holds: one assignment is gone, and every other command does what it did.
        #[test]
        fn nothing_else_changes(
            lines in prop::collection::vec(
                "(export A=[a-c]|B='x y' ?|A=1; B=2|if t; then|fi|f\\(\\) \\{|\\}|[a-c ]{0,4}|# [a-z]{0,4}|[;&|(){}'\"\\\\$`<=]{0,6}|cat <<E|E|\t?export C=\"[a-c]\"( # x)?)(\r)?",
                0..9
            ),
            number in 1u32..10,
            fish: bool,
        ) {
            let dialect = if fish { Dialect::Fish } else { Dialect::Posix };
            let text = lines.join("\n");
            let sets = |text: &str| {
                let mut found = Vec::new();
                gather(dialect, &parse(dialect, text), &mut found);
                found
            };
            if let Some(after) = out(dialect, &text, number) {
                let (before, after) = (sets(&text), sets(&after));
                prop_assert_eq!(before.len(), after.len() + 1, "{:?}", text);
                prop_assert!(after.iter().all(|effect| before.contains(effect)));
            }
        }
    }

    fn gather(dialect: Dialect, nodes: &[Node], found: &mut Vec<Effect>) {
        for node in nodes {
            match node {
                Node::Run(command) => {
                    let sets = effects(dialect, command).into_iter();
                    found.extend(
                        sets.filter(|effect| matches!(effect, Effect::Set { .. } | Effect::Export { .. })),
                    );
                }
                Node::When { then, otherwise, .. } => {
                    gather(dialect, then, found);
                    gather(dialect, otherwise, found);
                }
                Node::Group(body)
                | Node::Each { body, .. }
                | Node::Loop { body, .. }
                | Node::Function { body, .. } => gather(dialect, body, found),
                Node::Case { arms, .. } => arms.iter().for_each(|(_, body)| gather(dialect, body, found)),
            }
        }
    }

    #[test]
    fn fish_blocks_may_be_empty() {
        assert_eq!(
            out(Dialect::Fish, "if a\n  set -gx A b\nend\n", 2).unwrap(),
            "if a\n  # commented out by gobs: set -gx A b\nend\n"
        );
        assert_eq!(out(Dialect::Fish, "a; and set -gx A b", 1), None);
    }
}
