//! Bytes become lines of text: UTF-8, UTF-16 with its mark, GBK; of overlong lines only the beginning is kept.

use std::borrow::Cow;
use std::io::{self, Read};

use encoding_rs::GB18030;

/// More of one line is passed over: no message of go or git is that long.
const LONGEST: usize = 32 << 10;

/// Reads line by line in a buffer of fixed size.
pub(super) struct Lines<R> {
    from: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    line: Vec<u8>,
    wide: Option<Wide>,
    begun: bool,
}

#[derive(Clone, Copy)]
enum Wide {
    Little,
    Big,
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
                    // The other half of a wide newline.
                    if matches!(self.wide, Some(Wide::Little)) {
                        if self.start == self.end {
                            self.fill()?;
                        }
                        self.start = (self.start + 1).min(self.end);
                    }
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

    fn fill(&mut self) -> io::Result<bool> {
        loop {
            match self.from.read(&mut self.buffer) {
                Ok(size) => {
                    (self.start, self.end) = (0, size);
                    if !self.begun {
                        self.begun = true;
                        self.start = self.mark();
                    }
                    return Ok(self.start < self.end);
                }
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                Err(err) => return Err(err),
            }
        }
    }

    /// The length of a byte order mark at the front.
    fn mark(&mut self) -> usize {
        match &self.buffer[..self.end] {
            [0xff, 0xfe, ..] => {
                self.wide = Some(Wide::Little);
                2
            }
            [0xfe, 0xff, ..] => {
                self.wide = Some(Wide::Big);
                2
            }
            [0xef, 0xbb, 0xbf, ..] => 3,
            _ => 0,
        }
    }

    fn text(&self) -> Cow<'_, str> {
        if let Some(wide) = self.wide {
            let unit = |pair: &[u8]| match wide {
                Wide::Little => u16::from_le_bytes([pair[0], pair[1]]),
                Wide::Big => u16::from_be_bytes([pair[0], pair[1]]),
            };
            let units: Vec<u16> = self.line.chunks_exact(2).map(unit).collect();
            return Cow::Owned(String::from_utf16_lossy(&units));
        }
        match str::from_utf8(&self.line) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => match GB18030.decode_without_bom_handling_and_without_replacement(&self.line) {
                Some(text) => text,
                None => String::from_utf8_lossy(&self.line),
            },
        }
    }
}

fn keep(line: &mut Vec<u8>, more: &[u8]) {
    let room = LONGEST.saturating_sub(line.len());
    line.extend_from_slice(&more[..room.min(more.len())]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> Vec<String> {
        let mut lines = Lines::new(bytes);
        let mut out = Vec::new();
        while let Some(line) = lines.next_line().unwrap() {
            out.push(line.into_owned());
        }
        out
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
        assert_eq!(all("\u{feff}go: x".as_bytes()), ["go: x"]);
        assert_eq!(all(b"\xff\xff\xff")[0].chars().count(), 3);
    }

    #[test]
    fn no_line_end_in_a_lot_of_bytes() {
        let lines = all(&vec![b'x'; 3 << 20]);
        assert_eq!((lines.len(), lines[0].len()), (1, LONGEST));
    }
}
