//! What Go's reader passes over, found by walking the same way and looking at what falls beside it.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use super::{DropReason, Dropped, Entry, go_key};
use crate::order::Order;

/// Everything that is in the file and not in `entries`, in file order.
pub(super) fn dropped(text: &str, entries: &[Entry]) -> Vec<Dropped> {
    let mut walk = Walk::default();
    for (line, number) in text.split('\n').zip(1..) {
        walk.line(line, number);
    }
    walk.end_of_record();
    walk.duplicates(entries);
    let mut dropped = walk.dropped;
    dropped.order_by_key(|dropped| dropped.line);
    dropped
}

#[derive(Default)]
struct Walk<'t> {
    dropped: Vec<Dropped>,
    record: Option<Record<'t>>,
    mode: Mode,
    /// A `machine` stood at the end of a line.
    torn: bool,
}

#[derive(Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Reading,
    Macro,
    Stopped,
}

/// A machine that lacks something yet.
struct Record<'t> {
    line: u32,
    machine: &'t str,
    login: bool,
    password: bool,
}

impl<'t> Walk<'t> {
    fn line(&mut self, line: &'t str, number: u32) {
        if self.mode == Mode::Macro && line.is_empty() {
            self.mode = Mode::Reading;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let pairs = words.chunks_exact(2);
        if self.mode != Mode::Reading {
            for pair in pairs.filter(|pair| pair[0] == "machine") {
                let machine = pair[1].to_owned();
                let why = match self.mode {
                    Mode::Stopped => DropReason::AfterDefault { machine },
                    Mode::Macro | Mode::Reading => DropReason::InMacro { machine },
                };
                self.drop(number, why);
            }
            return;
        }
        let last = pairs.remainder().first().copied();
        // What stands beside `default` or in a comment is not worth a word of its own.
        let default = last == Some("default") || pairs.clone().any(|pair| pair[0] == "default");
        let mut silent = default || words.first().is_some_and(|word| word.starts_with('#'));
        let before = self.dropped.len();
        for pair in pairs {
            // What follows a record that is whole, or a word that is none, hurts nobody, or not once more.
            silent |= pair[0].starts_with('#') || self.dropped.len() > before;
            self.pair(number, pair[0], pair[1], silent);
        }
        if default {
            self.drop(number, DropReason::Default);
        }
        match last {
            Some("default") => {
                self.end_of_record();
                self.mode = Mode::Stopped;
            }
            Some(word @ ("machine" | "login" | "password")) if !silent && !self.torn => {
                self.drop(number, DropReason::Split { word: word.to_owned() });
                // The lines up to the next machine are the rest of it.
                self.torn = word == "machine";
            }
            _ => {}
        }
    }

    fn pair(&mut self, number: u32, word: &str, value: &'t str, silent: bool) {
        match (word, &mut self.record) {
            ("machine", _) => {
                self.torn = false;
                self.end_of_record();
                self.record = Some(Record { line: number, machine: value, login: false, password: false });
            }
            ("login", Some(record)) => record.login = true,
            ("password", Some(record)) => record.password = true,
            ("macdef", _) => self.mode = Mode::Macro,
            ("default" | "account", _) => {}
            _ if silent || self.torn => {}
            // What stands before a machine is forgotten with it.
            ("login" | "password", None) => self.drop(number, DropReason::Stray { word: word.to_owned() }),
            _ => self.drop(number, DropReason::UnknownWord { word: word.to_owned() }),
        }
        self.record = self.record.take().filter(|record| !(record.login && record.password));
    }

    fn drop(&mut self, line: u32, why: DropReason) {
        self.dropped.push(Dropped { line, why });
    }

    fn end_of_record(&mut self) {
        if let Some(record) = self.record.take() {
            let why = DropReason::Incomplete {
                machine: record.machine.to_owned(),
                login: record.login,
                password: record.password,
            };
            self.drop(record.line, why);
        }
    }

    fn duplicates(&mut self, entries: &[Entry]) {
        let mut first: HashMap<&str, u32> = HashMap::new();
        for entry in entries {
            match first.entry(go_key(&entry.machine)) {
                Slot::Vacant(slot) => {
                    slot.insert(entry.line);
                }
                Slot::Occupied(slot) => {
                    let machine = entry.machine.clone();
                    let first = *slot.get();
                    self.drop(entry.line, DropReason::Duplicate { machine, first });
                }
            }
        }
    }
}
