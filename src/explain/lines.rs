//! Bytes become lines of text: UTF-8, UTF-16 with its mark, GBK; of overlong lines only the beginning is kept.

use std::borrow::Cow;
use std::io::{self, Read};

use crate::text::gb18030;

/// More of one line is passed over: no message of go or git is that long.
const LONGEST: usize = 32 << 10;

/// Reads line by line in a buffer of fixed size.
pub(super) struct Lines<R> {
    from: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    line: Vec<u8>,
    /// Of UTF-16: a byte of it says nothing about a line's end (`上` holds a newline's), so it is made UTF-8 first.
    wide: Option<Wide>,
    raw: Vec<u8>,
    begun: bool,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(from: R) -> Lines<R> {
        Lines {
            from,
            buffer: vec![0; 256 << 10],
            start: 0,
            end: 0,
            line: Vec::new(),
            wide: None,
            raw: Vec::new(),
            begun: false,
        }
    }

    /// The next line without its end; `None` at the end of the log.
    pub(super) fn next_line(&mut self) -> io::Result<Option<Cow<'_, str>>> {
        self.line.clear();
        let mut any = false;
        loop {
            if self.start == self.end && !self.fill()? {
                break;
            }
            any = true;
            let ready = &self.buffer[self.start..self.end];
            match memchr::memchr(b'\n', ready) {
                Some(at) => {
                    keep(&mut self.line, &ready[..at]);
                    self.start += at + 1;
                    break;
                }
                None => {
                    keep(&mut self.line, ready);
                    self.start = self.end;
                }
            }
        }
        Ok(any.then(|| self.text()))
    }

    /// Whether there is more.
    fn fill(&mut self) -> io::Result<bool> {
        loop {
            let into = match self.wide {
                Some(_) => &mut self.raw,
                None => &mut self.buffer,
            };
            let size = match self.from.read(into) {
                Ok(size) => size,
                Err(err) if err.kind() == io::ErrorKind::Interrupted => continue,
                Err(err) => return Err(err),
            };
            self.start = 0;
            self.end = match &mut self.wide {
                Some(wide) => wide.narrow(&self.raw[..size], &mut self.buffer),
                None => size,
            };
            if !self.begun {
                self.begun = true;
                self.mark();
            }
            if self.start < self.end || size == 0 {
                return Ok(self.start < self.end);
            }
        }
    }

    /// Passes over a byte order mark at the front; what follows that of UTF-16 becomes UTF-8.
    fn mark(&mut self) {
        let of_unit = match &self.buffer[..self.end] {
            [0xff, 0xfe, ..] => u16::from_le_bytes,
            [0xfe, 0xff, ..] => u16::from_be_bytes,
            [0xef, 0xbb, 0xbf, ..] => {
                self.start = 3;
                return;
            }
            _ => return,
        };
        let mut wide = Wide { of_unit, held: Vec::new() };
        self.raw.clone_from(&self.buffer);
        self.end = wide.narrow(&self.raw[2..self.end], &mut self.buffer);
        self.wide = Some(wide);
    }

    fn text(&self) -> Cow<'_, str> {
        match str::from_utf8(&self.line) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => match gb18030::decode(&self.line) {
                Some(text) => Cow::Owned(text),
                None => String::from_utf8_lossy(&self.line),
            },
        }
    }
}

/// UTF-16 on its way to UTF-8.
struct Wide {
    of_unit: fn([u8; 2]) -> u16,
    /// The beginning of a character whose end has not come yet.
    held: Vec<u8>,
}

impl Wide {
    /// Writes what is complete to `utf8`, which grows as needed; the length of what was written.
    fn narrow(&mut self, bytes: &[u8], utf8: &mut Vec<u8>) -> usize {
        self.held.extend_from_slice(bytes);
        let mut units: Vec<u16> = self.held.as_chunks().0.iter().map(|unit| (self.of_unit)(*unit)).collect();
        units.pop_if(|last| (0xd800..0xdc00).contains(last));
        self.held.drain(..units.len() * 2);
        let chars = char::decode_utf16(units).map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER));
        let text: String = chars.collect();
        if utf8.len() < text.len() {
            utf8.resize(text.len(), 0);
        }
        utf8[..text.len()].copy_from_slice(text.as_bytes());
        text.len()
    }
}

fn keep(line: &mut Vec<u8>, more: &[u8]) {
    let room = LONGEST.saturating_sub(line.len());
    line.extend_from_slice(&more[..room.min(more.len())]);
}

#[cfg(test)]
mod tests {
    use encoding_rs::GB18030;

    use super::*;

    fn all(bytes: &[u8]) -> Vec<String> {
        let mut lines = Lines::new(bytes);
        let mut out = Vec::new();
        while let Some(line) = lines.next_line().unwrap() {
            out.push(line.into_owned());
        }
        out
    }

    struct Slowly<'b> {
        first: &'b [u8],
        rest: &'b [u8],
    }

    impl Read for Slowly<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            match std::mem::take(&mut self.first) {
                [] => self.rest.read(&mut into[..1]),
                first => {
                    into[..first.len()].copy_from_slice(first);
                    Ok(first.len())
                }
            }
        }
    }

    #[test]
    fn encodings() {
        assert_eq!(all(b""), [""; 0]);
        assert_eq!(all(b"a\nb"), ["a", "b"]);
        assert_eq!(all(b"a\n\n"), ["a", ""]);
        let (gbk, ..) = GB18030.encode("致命错误：无法访问\nfatal: x");
        assert_eq!(all(&gbk), ["致命错误：无法访问", "fatal: x"]);
        let wide: Vec<u8> = "\u{feff}go: x\n第二行".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(all(&wide), ["go: x", "第二行"]);
        let wide: Vec<u8> = "\u{feff}go: x\n第二行".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(all(&wide), ["go: x", "第二行"]);
        // `上` is 4E 0A.
        for (mark, to) in [(0xfe, u16::to_be_bytes as fn(u16) -> [u8; 2]), (0xff, u16::to_le_bytes)] {
            let wide: Vec<u8> = "\u{feff}设备上没有空间\r\ngo: x\r\n".encode_utf16().flat_map(to).collect();
            assert_eq!(wide[0], mark);
            assert_eq!(all(&wide), ["设备上没有空间\r", "go: x\r"]);
            // The mark alone, then byte after byte.
            let (mark, rest) = wide.split_at(2);
            let mut lines = Lines::new(Slowly { first: mark, rest });
            assert_eq!(lines.next_line().unwrap().as_deref(), Some("设备上没有空间\r"));
            assert_eq!(lines.next_line().unwrap().as_deref(), Some("go: x\r"));
            assert_eq!(lines.next_line().unwrap(), None);
        }
        assert_eq!(all("\u{feff}go: x".as_bytes()), ["go: x"]);
        assert_eq!(all(b"\xff\xff\xff")[0].chars().count(), 3);
    }

    #[test]
    fn no_line_end_in_a_lot_of_bytes() {
        let lines = all(&vec![b'x'; 3 << 20]);
        assert_eq!((lines.len(), lines[0].len()), (1, LONGEST));
    }
}
