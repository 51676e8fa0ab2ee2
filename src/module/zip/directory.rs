//! The end record and the central directory, as Go finds and reads them (archive/zip/reader.go).

use std::io;

use super::{Entry, ReadAt, ZipError};
use crate::module::zip::ZipFault;

const END_LEN: usize = 22;
const HEADER_LEN: usize = 46;
const LOCATOR64_LEN: i64 = 20;
const END64_LEN: usize = 56;
const UNSET: u32 = u32::MAX;

/// Little-endian numbers, taken from the front. The slice must be long enough.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let (head, rest) = self.0.split_first_chunk::<N>().map_or(([0; N], &[][..]), |(h, r)| (*h, r));
        self.0 = rest;
        head
    }

    pub(super) fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.take())
    }

    pub(super) fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }

    fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.take())
    }

    pub(super) fn skip(&mut self, count: usize) {
        self.0 = self.0.get(count..).unwrap_or(&[]);
    }
}

/// `Reader.init`: all entries, or the error Go would give.
pub(super) fn read<R: ReadAt>(reader: &R, size: u64) -> Result<Vec<Entry>, ZipError> {
    let size = i64::try_from(size).map_err(|_| ZipError::format())?;
    let end = End::find(reader, size)?;
    let mut input = Input { reader, at: end.start, size, buffer: Vec::new(), used: 0 };
    let mut entries = Vec::new();
    // The count may be cut to 16 bits: read until something is no header, then compare that much of it.
    let stopped = loop {
        match read_header(&mut input) {
            Ok(mut entry) => {
                entry.header = entry.header.wrapping_add(end.base);
                entries.push(entry);
            }
            Err(stop) => break stop,
        }
    };
    let enough = entries.len() & 0xffff == usize::try_from(end.records & 0xffff).unwrap_or(0);
    match stopped {
        Stop::Format | Stop::Truncated if enough => Ok(entries),
        Stop::Format => Err(ZipError::format()),
        Stop::Truncated => Err(ZipError::truncated()),
        Stop::End => Err(ZipError::new(ZipFault::Truncated, "EOF")),
        Stop::Io(err) => Err(ZipError::reading(&err)),
    }
}

/// Why there is no further header.
enum Stop {
    Format,
    Truncated,
    /// The file ends where a header would begin.
    End,
    Io(io::Error),
}

/// What the end record says.
struct End {
    records: u64,
    /// Where the central directory starts.
    start: i64,
    /// Where the zip starts in the file; offsets of entries count from there.
    base: i64,
}

impl End {
    /// `readDirectoryEnd`.
    fn find<R: ReadAt>(reader: &R, size: i64) -> Result<End, ZipError> {
        let (found, record) = find_end_record(reader, size)?;
        let mut end_at = found;
        let mut fields = Fields(&record[8..]);
        fields.skip(2);
        let mut records = u64::from(fields.u16());
        let mut length = u64::from(fields.u32());
        let mut offset = u64::from(fields.u32());
        let comment = usize::from(fields.u16());
        if comment > fields.0.len() {
            return Err(ZipError::new(ZipFault::Format, "zip: invalid comment length"));
        }
        if records == 0xffff || length == 0xffff || offset == 0xffff_ffff {
            let end64 = find_end64(reader, found)?;
            if let Some(at) = end64.filter(|at| *at >= 0) {
                end_at = at;
                (records, length, offset) = read_end64(reader, at)?;
            }
        }
        let (Ok(length), Ok(offset)) = (i64::try_from(length), i64::try_from(offset)) else {
            return Err(ZipError::format());
        };
        let start = end_at.checked_sub(length).ok_or_else(ZipError::format)?;
        if start < 0 || start >= size {
            return Err(ZipError::format());
        }
        let base = start - offset;
        // Some files have a wrong offset; where there is a header without it, it is not believed.
        if base > 0 {
            let mut input = Input { reader, at: offset, size, buffer: Vec::new(), used: 0 };
            if read_header(&mut input).is_ok() {
                return Ok(End { records, start: offset, base: 0 });
            }
        }
        Ok(End { records, start, base })
    }
}

/// Looks for the end record in the last kilobyte, then in the last 65. Answers its place and the bytes from there on.
fn find_end_record<R: ReadAt>(reader: &R, size: i64) -> Result<(i64, Vec<u8>), ZipError> {
    for block in [1024, 65 * 1024] {
        let length = block.min(size);
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
        let at = size - length;
        let got = reader.read_at(&mut bytes, at.unsigned_abs()).map_err(|err| ZipError::reading(&err))?;
        bytes.truncate(got);
        if let Some(found) = find_signature(&bytes) {
            let place = at + i64::try_from(found).unwrap_or(0);
            return Ok((place, bytes.split_off(found)));
        }
        if length == size {
            break;
        }
    }
    Err(ZipError::format())
}

/// `findSignatureInBlock`: the last one; none at all if its comment is cut off.
fn find_signature(block: &[u8]) -> Option<usize> {
    let last = block.len().checked_sub(END_LEN)?;
    let found = memchr::memmem::rfind(&block[..last + 4], b"PK\x05\x06")?;
    let comment = usize::from(u16::from_le_bytes([block[found + 20], block[found + 21]]));
    (found + END_LEN + comment <= block.len()).then_some(found)
}

/// `findDirectory64End`: the place of the zip64 end record, from the locator before the end record.
fn find_end64<R: ReadAt>(reader: &R, end_at: i64) -> Result<Option<i64>, ZipError> {
    let Ok(at) = u64::try_from(end_at - LOCATOR64_LEN) else {
        return Ok(None);
    };
    let mut bytes = [0; 20];
    read_exact(reader, &mut bytes, at)?;
    let mut fields = Fields(&bytes);
    let (signature, disk) = (fields.u32(), fields.u32());
    let place = fields.u64();
    let known = signature == 0x0706_4b50 && disk == 0 && fields.u32() == 1;
    Ok(known.then_some(place.cast_signed()))
}

/// `readDirectory64End`: records, length and offset of the directory.
fn read_end64<R: ReadAt>(reader: &R, at: i64) -> Result<(u64, u64, u64), ZipError> {
    let mut bytes = [0; END64_LEN];
    read_exact(reader, &mut bytes, at.unsigned_abs())?;
    let mut fields = Fields(&bytes);
    if fields.u32() != 0x0606_4b50 {
        return Err(ZipError::format());
    }
    fields.skip(28);
    Ok((fields.u64(), fields.u64(), fields.u64()))
}

fn read_exact<R: ReadAt>(reader: &R, bytes: &mut [u8], at: u64) -> Result<(), ZipError> {
    match reader.read_at(bytes, at) {
        Ok(got) if got == bytes.len() => Ok(()),
        Ok(_) => Err(ZipError::new(ZipFault::Truncated, "EOF")),
        Err(err) => Err(ZipError::reading(&err)),
    }
}

/// The file from a place on, read in blocks.
struct Input<'r, R> {
    reader: &'r R,
    /// Where the buffer ends in the file.
    at: i64,
    size: i64,
    buffer: Vec<u8>,
    used: usize,
}

impl<R: ReadAt> Input<'_, R> {
    /// The next bytes, so many as asked for; fewer only at the end of the file.
    fn next(&mut self, count: usize) -> io::Result<&[u8]> {
        if self.buffer.len() - self.used < count {
            self.buffer.drain(..self.used);
            self.used = 0;
            let have = self.buffer.len();
            let left = usize::try_from((self.size - self.at).max(0)).unwrap_or(usize::MAX);
            let want = left.min(count.max(64 << 10));
            self.buffer.resize(have + want, 0);
            let got = self.reader.read_at(&mut self.buffer[have..], self.at.unsigned_abs())?;
            self.buffer.truncate(have + got);
            self.at += i64::try_from(got).unwrap_or(0);
        }
        let from = self.used;
        self.used = self.buffer.len().min(from + count);
        Ok(&self.buffer[from..self.used])
    }
}

/// `readDirectoryHeader`.
fn read_header<R: ReadAt>(input: &mut Input<'_, R>) -> Result<Entry, Stop> {
    let head = input.next(HEADER_LEN).map_err(Stop::Io)?;
    if head.is_empty() {
        return Err(Stop::End);
    }
    if head.len() < HEADER_LEN {
        return Err(Stop::Truncated);
    }
    let mut fields = Fields(head);
    if fields.u32() != 0x0201_4b50 {
        return Err(Stop::Format);
    }
    fields.skip(4);
    let (flags, method) = (fields.u16(), fields.u16());
    fields.skip(4);
    let (crc, compressed, size) = (fields.u32(), fields.u32(), fields.u32());
    let [name, extra, comment] = [fields.u16(), fields.u16(), fields.u16()].map(usize::from);
    fields.skip(8);
    let header = fields.u32();
    let rest = input.next(name + extra + comment).map_err(Stop::Io)?;
    if rest.len() < name + extra + comment {
        return Err(Stop::Truncated);
    }
    let mut entry = Entry {
        name: rest[..name].to_vec(),
        size: u64::from(size),
        compressed: u64::from(compressed),
        method,
        flags,
        crc,
        header: i64::from(header),
    };
    read_extra(
        &mut entry,
        &rest[name..name + extra],
        [size, compressed, header].map(|value| value == UNSET),
    )?;
    Ok(entry)
}

/// The zip64 numbers, for those that did not fit: size, compressed size, place of the header.
fn read_extra(entry: &mut Entry, mut extra: &[u8], mut need: [bool; 3]) -> Result<(), Stop> {
    while extra.len() >= 4 {
        let mut fields = Fields(extra);
        let (tag, length) = (fields.u16(), usize::from(fields.u16()));
        let Some((body, rest)) = fields.0.split_at_checked(length) else {
            break;
        };
        extra = rest;
        if tag != 1 {
            continue;
        }
        let mut fields = Fields(body);
        for (which, needed) in need.iter_mut().enumerate().filter(|(_, needed)| **needed) {
            *needed = false;
            if fields.0.len() < 8 {
                return Err(Stop::Format);
            }
            let value = fields.u64();
            match which {
                0 => entry.size = value,
                1 => entry.compressed = value,
                _ => entry.header = value.cast_signed(),
            }
        }
    }
    // A size of 2³²-1 is taken at its word; the other two are not plausible.
    if need[1] || need[2] { Err(Stop::Format) } else { Ok(()) }
}
