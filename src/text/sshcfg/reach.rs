//! Which lines hold for a host, as far as that can be said without running anything.

use super::{Criterion, Line, Scope, SshConfig, UnknownOption, keywords, pattern};
use crate::model::Source;

/// What a configuration says to one host: the lines in the order in which ssh takes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading<'c> {
    pub hits: Vec<Hit<'c>>,
    /// Options that not every ssh knows and no `IgnoreUnknown` allows, in all files read.
    pub unknown: Vec<(&'c SshConfig, UnknownOption)>,
}

/// A line that holds for the host, or may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit<'c> {
    pub file: &'c SshConfig,
    pub line: &'c Line,
    /// `false` under a `Match` that depends on more than the host.
    pub sure: bool,
}

/// ssh would say `Too many recursive configuration includes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooDeep;

impl Hit<'_> {
    /// Where the line is.
    pub fn at(&self) -> Source {
        self.file.at(self.line.number)
    }

    /// The first argument.
    pub fn value(&self) -> &str {
        self.line.arguments.first().map_or("", String::as_str)
    }
}

impl SshConfig {
    /// The lines of this file that hold for `host`, or may; Include is not followed.
    pub fn host_lines(&self, host: &str) -> Vec<Hit<'_>> {
        Reading::of(host, self, &mut |_| Vec::new()).map_or_else(|_| Vec::new(), |reading| reading.hits)
    }
}

impl<'c> Reading<'c> {
    /// Reads `main` and what it includes for `host`, the name as given to ssh.
    ///
    /// `include` is asked for the files behind an argument of `Include`, in order.
    ///
    /// # Errors
    /// Files that include each other more than 16 deep, as in ssh, or more than 1024 in all.
    pub fn of(
        host: &str,
        main: &'c SshConfig,
        include: &mut dyn FnMut(&str) -> Vec<&'c SshConfig>,
    ) -> Result<Reading<'c>, TooDeep> {
        let mut walk = Walk {
            host,
            hostname: Some(host.to_owned()),
            named: Holds::No,
            ignored: None,
            files: 0,
            include,
            reading: Reading::default(),
        };
        walk.file(main, Holds::Yes, 0)?;
        Ok(walk.reading)
    }

    /// The lines with this keyword (lower case). ssh takes the first for most keywords, all for some (`identityfile`).
    pub fn all(&self, keyword: &str) -> impl Iterator<Item = &Hit<'c>> {
        self.hits.iter().filter(move |hit| hit.line.keyword == keyword)
    }

    /// The line that decides, or may.
    pub fn first(&self, keyword: &str) -> Option<&Hit<'c>> {
        self.all(keyword).next()
    }
}

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Holds {
    No,
    Maybe,
    Yes,
}

impl Holds {
    fn from(holds: bool) -> Holds {
        if holds { Holds::Yes } else { Holds::No }
    }

    fn not(self) -> Holds {
        match self {
            Holds::No => Holds::Yes,
            Holds::Maybe => Holds::Maybe,
            Holds::Yes => Holds::No,
        }
    }
}

struct Walk<'h, 'c, 'i> {
    host: &'h str,
    /// What `Match host` compares; `None` when it is not known.
    hostname: Option<String>,
    /// Whether a `HostName` was met.
    named: Holds,
    /// The list of the first `IgnoreUnknown` in force.
    ignored: Option<String>,
    files: usize,
    include: &'i mut dyn FnMut(&str) -> Vec<&'c SshConfig>,
    reading: Reading<'c>,
}

impl<'c> Walk<'_, 'c, '_> {
    /// `readconf.c:read_config_file_depth`. `around` is whether the including line holds.
    fn file(&mut self, file: &'c SshConfig, around: Holds, depth: u32) -> Result<(), TooDeep> {
        /// `READCONF_MAX_DEPTH`.
        const DEEPEST: u32 = 16;
        const MOST: usize = 1024;
        self.files += 1;
        if depth > DEEPEST || self.files > MOST {
            return Err(TooDeep);
        }
        let (mut block, mut active) = (0, around);
        for line in &file.lines {
            if line.block != block {
                block = line.block;
                active = self.holds(&file.blocks[block].scope).min(around);
            }
            match line.keyword.as_str() {
                "host" | "match" => continue,
                "include" => {
                    for path in &line.arguments {
                        for included in (self.include)(path) {
                            self.file(included, active, depth + 1)?;
                        }
                    }
                }
                "hostname" => self.hostname(line, active),
                "ignoreunknown" if active != Holds::No && self.ignored.is_none() => {
                    self.ignored = line.arguments.first().cloned();
                }
                _ => self.unknown(file, line),
            }
            if active != Holds::No {
                let sure = active == Holds::Yes;
                self.reading.hits.push(Hit { file, line, sure });
            }
        }
        Ok(())
    }

    /// The first `HostName` gives the name, with `%h` for the one that was asked for.
    fn hostname(&mut self, line: &Line, active: Holds) {
        let name = line.arguments.first().map_or("", String::as_str);
        let name = name.replace("%%", "\0").replace("%h", self.host).replace('\0', "%");
        match (self.named, active) {
            (Holds::Yes, _) | (_, Holds::No) => {}
            (Holds::No, Holds::Yes) => {
                self.hostname = Some(name);
                self.named = Holds::Yes;
            }
            _ => {
                self.hostname = self.hostname.take().filter(|known| *known == name);
                self.named = self.named.max(active);
            }
        }
    }

    fn unknown(&mut self, file: &'c SshConfig, line: &Line) {
        let name = line.keyword.as_str();
        let standing = keywords::standing(name);
        if matches!(standing, Some(keywords::Standing::Known | keywords::Standing::Obsolete)) {
            return;
        }
        let ignored = self.ignored.as_deref();
        if ignored.is_some_and(|list| pattern::in_list(name, list) == pattern::Listed::Yes) {
            return;
        }
        let option = UnknownOption {
            line: line.number,
            name: name.to_owned(),
            standing,
            meant: standing.is_none().then(|| keywords::nearest(name)).flatten(),
        };
        self.reading.unknown.push((file, option));
    }

    fn holds(&self, scope: &Scope) -> Holds {
        match scope {
            Scope::All => Holds::Yes,
            Scope::Host(patterns) => Holds::from(self.host_holds(patterns)),
            Scope::Match(criteria) => {
                criteria.iter().map(|criterion| self.criterion(criterion)).min().unwrap_or(Holds::No)
            }
        }
    }

    /// A pattern matches, and no negated one before or after it.
    fn host_holds(&self, patterns: &[String]) -> bool {
        let mut holds = false;
        for pattern in patterns {
            match pattern.strip_prefix('!') {
                Some(negated) if pattern::matches(self.host, negated) => return false,
                Some(_) => {}
                None => holds |= pattern::matches(self.host, pattern),
            }
        }
        holds
    }

    fn criterion(&self, criterion: &Criterion) -> Holds {
        let listed =
            |name: &str| Holds::from(pattern::in_list(name, &criterion.argument) == pattern::Listed::Yes);
        let holds = match criterion.name.as_str() {
            "all" => Holds::Yes,
            "originalhost" => listed(self.host),
            "host" => self.hostname.as_deref().map_or(Holds::Maybe, listed),
            // The first pass is neither, and what it sets stays set.
            "canonical" | "final" if criterion.negated => Holds::No,
            _ => Holds::Maybe,
        };
        if criterion.negated { holds.not() } else { holds }
    }
}
