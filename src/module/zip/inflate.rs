//! The content of an entry, as Go would hand it out: size and checksum verified, stopped where it claims to end.

use std::io;
use std::ops::Range;

use flate2::{Decompress, FlushDecompress, Status};

use super::directory::Fields;
use super::{Archive, Entry, ReadAt, ZipError, ZipFault};

const LOCAL_HEADER_LEN: usize = 30;
/// An entry up to this size is decompressed at once, in memory that is used again for the next.
const AT_ONCE: u64 = 16 << 20;
const PIECE: usize = 256 << 10;

/// Reads entries, one after the other, with the same memory. One per thread.
pub struct Inflater {
    fast: libdeflater::Decompressor,
    window: Window,
    /// What is read in pieces; grows only.
    input: Vec<u8>,
    content: Vec<u8>,
    /// For whoever compares content with something beside it.
    pub(in crate::module) beside: Vec<u8>,
}

/// Where the data of an entry is.
struct Body {
    /// In the file.
    at: u64,
    /// In the window, as far as it was read ahead: the data and what follows them.
    ahead: Range<usize>,
}

const DESCRIPTOR_LEN: usize = 16;

impl Default for Inflater {
    fn default() -> Inflater {
        Inflater {
            fast: libdeflater::Decompressor::new(),
            window: Window::default(),
            input: Vec::new(),
            content: Vec::new(),
            beside: Vec::new(),
        }
    }
}

impl Inflater {
    /// Hands the content of an entry to `sink`, in one piece or in several; stops at its first error.
    ///
    /// What `sink` got is to be forgotten if this answers with an error: the checksum is known last.
    pub fn read<R: ReadAt>(
        &mut self,
        archive: &Archive<R>,
        entry: &Entry,
        sink: &mut dyn FnMut(&[u8]) -> Result<(), ZipError>,
    ) -> Result<(), ZipError> {
        self.read_entry(archive, entry, sink).map_err(|err| err.in_entry(entry))
    }

    fn read_entry<R: ReadAt>(
        &mut self,
        archive: &Archive<R>,
        entry: &Entry,
        sink: &mut dyn FnMut(&[u8]) -> Result<(), ZipError>,
    ) -> Result<(), ZipError> {
        let small = entry.compressed <= AT_ONCE && entry.size <= AT_ONCE;
        let at_once = small && entry.method == 8 && !entry.is_dir();
        let ahead = if at_once { usize::try_from(entry.compressed).unwrap_or(0) } else { 0 };
        let body = self.find_body(archive, entry, ahead)?;
        if entry.is_dir() {
            return if entry.size == 0 { Ok(()) } else { Err(ZipError::format()) };
        }
        let crc = match (entry.method, small) {
            (8, true) => return self.inflate_at_once(archive, entry, body, sink),
            (8, false) => self.inflate_in_pieces(archive, entry, body.at, sink)?,
            (0, _) => self.copy_stored(archive, entry, body.at, sink)?,
            _ => return Err(ZipError::new(ZipFault::Algorithm, "zip: unsupported compression algorithm")),
        };
        check_crc(archive, entry, &body, &[], crc)
    }

    /// `findBodyOffset`; reads so many bytes of data `ahead`, and the descriptor behind them.
    fn find_body<R: ReadAt>(
        &mut self,
        archive: &Archive<R>,
        entry: &Entry,
        ahead: usize,
    ) -> Result<Body, ZipError> {
        let at =
            u64::try_from(entry.header).map_err(|_| ZipError::new(ZipFault::Truncated, "negative offset"))?;
        let ahead = if ahead == 0 { 0 } else { ahead + DESCRIPTOR_LEN };
        // One read for both in the usual case: the local name is as long as the central one, with little extra.
        let guess = LOCAL_HEADER_LEN + entry.name.len() + 40 + ahead;
        let seen = self.window.at(archive, at, guess)?;
        if seen.len() < LOCAL_HEADER_LEN {
            return Err(ZipError::new(ZipFault::Truncated, "EOF"));
        }
        let mut fields = Fields(&self.window.bytes[seen.clone()]);
        if fields.u32() != 0x0403_4b50 {
            return Err(ZipError::format());
        }
        fields.skip(22);
        let start = LOCAL_HEADER_LEN + usize::from(fields.u16()) + usize::from(fields.u16());
        let body = at.saturating_add(start as u64);
        if start + ahead <= guess {
            let end = seen.end.min(seen.start + start + ahead);
            return Ok(Body { at: body, ahead: end.min(seen.start + start)..end });
        }
        Ok(Body { at: body, ahead: self.window.at(archive, body, ahead)? })
    }

    fn inflate_at_once<R: ReadAt>(
        &mut self,
        archive: &Archive<R>,
        entry: &Entry,
        body: Body,
        sink: &mut dyn FnMut(&[u8]) -> Result<(), ZipError>,
    ) -> Result<(), ZipError> {
        let size = usize::try_from(entry.size).map_err(|_| ZipError::format())?;
        let length = usize::try_from(entry.compressed).map_err(|_| ZipError::format())?;
        let ahead = &self.window.bytes[body.ahead.clone()];
        let (data, behind) = ahead.split_at(length.min(ahead.len()));
        let content = grown(&mut self.content, size);
        if self.fast.deflate_decompress(data, content) == Ok(size) {
            sink(content)?;
            return check_crc(archive, entry, &body, behind, libdeflater::crc32(content));
        }
        // Too short, too long or damaged: the slow way finds Go's words for it.
        let crc = self.inflate_in_pieces(archive, entry, body.at, sink)?;
        check_crc(archive, entry, &body, &[], crc)
    }

    fn inflate_in_pieces<R: ReadAt>(
        &mut self,
        archive: &Archive<R>,
        entry: &Entry,
        body: u64,
        sink: &mut dyn FnMut(&[u8]) -> Result<(), ZipError>,
    ) -> Result<u32, ZipError> {
        let mut slow = Decompress::new(false);
        let mut crc = libdeflater::Crc::new();
        let mut input = Section { at: body, end: body.saturating_add(entry.compressed) };
        let mut out = vec![0; PIECE];
        let mut have = 0..0;
        grown(&mut self.input, PIECE);
        loop {
            if have.is_empty() {
                have = 0..input.next(archive, &mut self.input[..PIECE])?.len();
            }
            let chunk = &self.input[have.clone()];
            let (before_in, before_out) = (slow.total_in(), slow.total_out());
            let status = slow
                .decompress(chunk, &mut out, FlushDecompress::None)
                .map_err(|_| corrupt(slow.total_in()))?;
            let taken = usize::try_from(slow.total_in() - before_in).unwrap_or(usize::MAX);
            let made = usize::try_from(slow.total_out() - before_out).unwrap_or(usize::MAX);
            if slow.total_out() > entry.size {
                return Err(ZipError::format());
            }
            crc.update(&out[..made]);
            sink(&out[..made])?;
            let starved = chunk.is_empty();
            have.start += taken;
            match status {
                Status::StreamEnd if slow.total_out() == entry.size => return Ok(crc.sum()),
                Status::StreamEnd => return Err(ZipError::truncated()),
                _ if taken == 0 && made == 0 && starved => return Err(ZipError::truncated()),
                _ if taken == 0 && made == 0 => return Err(corrupt(slow.total_in())),
                _ => {}
            }
        }
    }

    fn copy_stored<R: ReadAt>(
        &mut self,
        archive: &Archive<R>,
        entry: &Entry,
        body: u64,
        sink: &mut dyn FnMut(&[u8]) -> Result<(), ZipError>,
    ) -> Result<u32, ZipError> {
        let mut crc = libdeflater::Crc::new();
        let mut input = Section { at: body, end: body.saturating_add(entry.compressed) };
        let mut total = 0;
        grown(&mut self.input, PIECE);
        loop {
            let piece = input.next(archive, &mut self.input[..PIECE])?;
            if piece.is_empty() {
                break;
            }
            total += piece.len() as u64;
            if total > entry.size {
                return Err(ZipError::format());
            }
            crc.update(piece);
            sink(piece)?;
        }
        if total == entry.size { Ok(crc.sum()) } else { Err(ZipError::truncated()) }
    }
}

/// What was read of a zip last. Its entries mostly lie in the order in which they are asked for: then many of them cost
/// one read.
#[derive(Default)]
struct Window {
    /// Grows only.
    bytes: Vec<u8>,
    /// Whose bytes, from where on, and how many.
    archive: u64,
    start: u64,
    length: usize,
    /// Where what was asked for last ends.
    end: u64,
}

impl Window {
    const AHEAD: usize = 256 << 10;
    /// So much lies between two neighbours at most: a local header's extra field, a descriptor.
    const GAP: u64 = 128;

    /// The place in `bytes` of what stands at `at` in the file; shorter than `count` only at the file's end.
    fn at<R: ReadAt>(
        &mut self,
        archive: &Archive<R>,
        at: u64,
        count: usize,
    ) -> Result<Range<usize>, ZipError> {
        let same = self.archive == archive.id;
        let known = self.start..self.start.saturating_add(self.length as u64);
        let end = at.saturating_add(count as u64);
        let follows = same && at.abs_diff(self.end) <= Window::GAP;
        if !(same && known.start <= at && end <= known.end) {
            let count = if follows { count.max(Window::AHEAD) } else { count };
            self.archive = 0;
            self.length = read_at(archive, grown(&mut self.bytes, count), at)?;
            (self.archive, self.start) = (archive.id, at);
        }
        self.end = end;
        let from = usize::try_from(at - self.start).unwrap_or(usize::MAX);
        Ok(from..self.length.min(from + count))
    }
}

/// A part of the file, read piece by piece (`io.SectionReader`).
struct Section {
    at: u64,
    end: u64,
}

impl Section {
    /// The next piece; empty at the end of the part or of the file.
    fn next<'b, R: ReadAt>(
        &mut self,
        archive: &Archive<R>,
        buffer: &'b mut [u8],
    ) -> Result<&'b [u8], ZipError> {
        let want = usize::try_from(self.end - self.at).unwrap_or(usize::MAX).min(buffer.len());
        let got = read_at(archive, &mut buffer[..want], self.at)?;
        self.at += got as u64;
        if got < want {
            self.end = self.at;
        }
        Ok(&buffer[..got])
    }
}

/// What `checksumReader.Read` checks at the end; `behind` is what is known of the bytes behind the data.
fn check_crc<R: ReadAt>(
    archive: &Archive<R>,
    entry: &Entry,
    body: &Body,
    behind: &[u8],
    crc: u32,
) -> Result<(), ZipError> {
    if entry.flags & 8 == 0 {
        // Without a data descriptor a zero means that nobody set it.
        return if entry.crc == 0 || entry.crc == crc { Ok(()) } else { Err(ZipError::checksum()) };
    }
    let mut descriptor = [0; DESCRIPTOR_LEN];
    let got = match behind.first_chunk() {
        Some(known) => {
            descriptor = *known;
            DESCRIPTOR_LEN
        }
        None => read_at(archive, &mut descriptor, body.at.saturating_add(entry.compressed))?,
    };
    // The signature is optional; the sizes behind the checksum are read but not looked at.
    let signed = descriptor.starts_with(b"PK\x07\x08");
    if got < if signed { 16 } else { 12 } {
        return Err(ZipError::truncated());
    }
    let at = if signed { 4 } else { 0 };
    let described = Fields(&descriptor[at..]).u32();
    if described == entry.crc && crc == entry.crc { Ok(()) } else { Err(ZipError::checksum()) }
}

fn read_at<R: ReadAt>(archive: &Archive<R>, buffer: &mut [u8], at: u64) -> Result<usize, ZipError> {
    let read: io::Result<usize> = archive.reader.read_at(buffer, at);
    read.map_err(|err| ZipError::reading(&err))
}

/// The first `count` bytes of a buffer that only grows, and forgets what it held when it does: zeroed memory is the system's
/// to give.
fn grown(buffer: &mut Vec<u8>, count: usize) -> &mut [u8] {
    if buffer.len() < count {
        *buffer = vec![0; count.next_power_of_two()];
    }
    &mut buffer[..count]
}

fn corrupt(at: u64) -> ZipError {
    ZipError::new(ZipFault::Corrupt, format!("flate: corrupt input before offset {at}"))
}
