//! ELF files, as far as they say where they run: CPU, loader, the C library's versions they ask for or offer.

/// Reads so many bytes at a place; fewer at the end, none where it cannot.
pub type At<'a> = &'a dyn Fn(u64, usize) -> Vec<u8>;

/// What the headers say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Elf {
    pub wide: bool,
    pub little: bool,
    pub machine: u16,
    pub flags: u32,
    /// The loader (`PT_INTERP`); a static program has none.
    pub interpreter: Option<String>,
    /// `GLIBC_2.34` and other versions of symbols it asks for (`.gnu.version_r`).
    pub asks: Vec<String>,
    /// The versions it offers, as a library (`.gnu.version_d`).
    pub offers: Vec<String>,
}

/// The flag by which `LoongArch` marks files of the new world (`EF_LOONGARCH_OBJABI_V1`).
const LOONGARCH_V1: u32 = 0x40;

/// Tables are small; a file that claims otherwise is not believed.
const TABLE: u64 = 4 << 20;

/// Reads the headers; `None` of what is no ELF.
pub fn read(at: At<'_>) -> Option<Elf> {
    let head = at(0, 64);
    let wide = match head.get(..6)? {
        [0x7f, b'E', b'L', b'F', 1, _] => false,
        [0x7f, b'E', b'L', b'F', 2, _] => true,
        _ => return None,
    };
    let file = File { at, wide, little: head[5] == 1 };
    let mut elf = Elf {
        wide,
        little: file.little,
        machine: u16::try_from(file.number(&head, 18, 2)?).ok()?,
        ..Elf::default()
    };
    let place = |wide_at, narrow_at| if wide { wide_at } else { narrow_at };
    elf.flags = u32::try_from(file.number(&head, place(48, 36), 4)?).unwrap_or(0);
    let word = file.word();
    let table = |offset: usize, entry: usize| {
        let start = file.number(&head, offset, word)?;
        let (size, count) = (file.number(&head, entry, 2)?, file.number(&head, entry + 2, 2)?);
        Some((start, size, count))
    };
    if let Some((start, size, count)) = table(place(32, 28), place(54, 42)) {
        elf.interpreter = file.interpreter(start, size, count);
    }
    if let Some((start, size, count)) = table(place(40, 32), place(58, 46)) {
        file.versions(start, size, count, &mut elf);
    }
    Some(elf)
}

impl Elf {
    /// Go's name for the CPU (`GOARCH`).
    pub fn goarch(&self) -> Option<&'static str> {
        Some(match (self.machine, self.wide, self.little) {
            (3, ..) => "386",
            (62, true, _) => "amd64",
            (40, ..) => "arm",
            (183, ..) => "arm64",
            (258, true, _) => "loong64",
            (8, true, true) => "mips64le",
            (8, true, false) => "mips64",
            (8, false, true) => "mipsle",
            (8, false, false) => "mips",
            (243, true, _) => "riscv64",
            (22, true, _) => "s390x",
            (21, _, true) => "ppc64le",
            (21, _, false) => "ppc64",
            (0x9916, ..) => "sw64",
            _ => return None,
        })
    }

    /// Of `LoongArch`: made for the new world, and so for no kernel of the old one.
    pub fn new_world(&self) -> bool {
        self.machine == 258 && self.flags & LOONGARCH_V1 != 0
    }

    /// The highest GLIBC version among those it asks for.
    pub fn needs_glibc(&self) -> Option<(u32, u32)> {
        self.asks.iter().filter_map(|name| glibc(name)).max()
    }

    /// The GLIBC version it is, as `libc.so.6`.
    pub fn is_glibc(&self) -> Option<(u32, u32)> {
        self.offers.iter().filter_map(|name| glibc(name)).max()
    }
}

/// `GLIBC_2.34`, also `GLIBC_2.3.4`.
fn glibc(name: &str) -> Option<(u32, u32)> {
    let mut parts = name.strip_prefix("GLIBC_")?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

struct File<'a> {
    at: At<'a>,
    wide: bool,
    little: bool,
}

/// A section, as far as it matters here.
struct Section {
    kind: u64,
    offset: u64,
    size: u64,
    link: u64,
}

impl File<'_> {
    fn word(&self) -> usize {
        if self.wide { 8 } else { 4 }
    }

    fn number(&self, bytes: &[u8], at: usize, len: usize) -> Option<u64> {
        let bytes = bytes.get(at..at.checked_add(len)?)?.iter();
        let add = |sum: u64, byte: &u8| (sum << 8) | u64::from(*byte);
        Some(if self.little { bytes.rev().fold(0, add) } else { bytes.fold(0, add) })
    }

    /// A table of so many entries; nothing of one that is out of proportion.
    fn bytes(&self, start: u64, len: u64) -> Vec<u8> {
        match usize::try_from(len) {
            Ok(count) if len <= TABLE => (self.at)(start, count),
            _ => Vec::new(),
        }
    }

    fn interpreter(&self, start: u64, size: u64, count: u64) -> Option<String> {
        const PT_INTERP: u64 = 3;
        let table = self.bytes(start, size.checked_mul(count)?);
        let mut entries = table.chunks_exact(usize::try_from(size).ok().filter(|size| *size > 0)?);
        let entry = entries.find(|entry| self.number(entry, 0, 4) == Some(PT_INTERP))?;
        let (offset, len) = if self.wide { (8, 32) } else { (4, 16) };
        let path = self
            .bytes(self.number(entry, offset, self.word())?, self.number(entry, len, self.word())?.min(4096));
        text_at(&path, 0)
    }

    fn sections(&self, start: u64, size: u64, count: u64) -> Vec<Section> {
        let table = self.bytes(start, size.saturating_mul(count));
        let Some(size) = usize::try_from(size).ok().filter(|size| *size > 0) else { return Vec::new() };
        let [offset, len, link] = if self.wide { [24, 32, 40] } else { [16, 20, 24] };
        let section = |entry: &[u8]| {
            Some(Section {
                kind: self.number(entry, 4, 4)?,
                offset: self.number(entry, offset, self.word())?,
                size: self.number(entry, len, self.word())?,
                link: self.number(entry, link, 4)?,
            })
        };
        table.chunks_exact(size).filter_map(section).collect()
    }

    fn versions(&self, start: u64, size: u64, count: u64, elf: &mut Elf) {
        const VERDEF: u64 = 0x6fff_fffd;
        const VERNEED: u64 = 0x6fff_fffe;
        let sections = self.sections(start, size, count);
        for section in &sections {
            if !matches!(section.kind, VERDEF | VERNEED) {
                continue;
            }
            let names = usize::try_from(section.link).ok().and_then(|link| sections.get(link));
            let names = names.map_or(Vec::new(), |names| self.bytes(names.offset, names.size));
            let table = self.bytes(section.offset, section.size);
            match section.kind {
                VERNEED => elf.asks = self.chain(&table, &names, [2, 8, 12], [8, 12]),
                _ => elf.offers = self.chain(&table, &names, [6, 12, 16], [0, 4]),
            }
        }
    }

    /// The names of a chain of records, each with a chain of its own: `[count, first, next]` and `[name, next]`.
    fn chain(&self, table: &[u8], names: &[u8], record: [usize; 3], inner: [usize; 2]) -> Vec<String> {
        let mut found = Vec::new();
        let mut at = 0;
        // Records cannot be more than bytes.
        for _ in 0..table.len() {
            let field =
                |offset, len| self.number(table, at + offset, len).and_then(|n| usize::try_from(n).ok());
            let (Some(count), Some(first), Some(next)) =
                (field(record[0], 2), field(record[1], 4), field(record[2], 4))
            else {
                break;
            };
            let mut below = at.saturating_add(first);
            for _ in 0..count.min(table.len()) {
                let field = |offset| {
                    self.number(table, below.saturating_add(offset), 4).and_then(|n| usize::try_from(n).ok())
                };
                let (Some(name), Some(next)) = (field(inner[0]), field(inner[1])) else { break };
                found.extend(text_at(names, name));
                if next == 0 {
                    break;
                }
                below = below.saturating_add(next);
            }
            if next == 0 || found.len() > table.len() {
                break;
            }
            at = at.saturating_add(next);
        }
        found
    }
}

/// The text up to the next NUL.
fn text_at(bytes: &[u8], at: usize) -> Option<String> {
    let rest = bytes.get(at..)?;
    let end = memchr::memchr(0, rest).unwrap_or(rest.len());
    std::str::from_utf8(&rest[..end]).ok().filter(|text| !text.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(bytes: &[u8]) -> Option<Elf> {
        read(&|offset, len| {
            let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
            bytes[from..bytes.len().min(from.saturating_add(len))].to_vec()
        })
    }

    #[test]
    fn a_header_alone() {
        let mut bytes = vec![0; 64];
        bytes[..6].copy_from_slice(b"\x7fELF\x02\x01");
        bytes[18..20].copy_from_slice(&258_u16.to_le_bytes());
        bytes[48..52].copy_from_slice(&0x43_u32.to_le_bytes());
        let elf = of(&bytes).unwrap();
        assert_eq!((elf.goarch(), elf.new_world(), elf.interpreter.clone()), (Some("loong64"), true, None));
        assert_eq!(of(b"#!/bin/sh\n"), None);
        assert_eq!(of(b"\x7fELF\x02"), None);
    }

    #[test]
    fn versions_of_the_c_library() {
        assert_eq!(glibc("GLIBC_2.34"), Some((2, 34)));
        assert_eq!(glibc("GLIBC_2.2.5"), Some((2, 2)));
        assert_eq!(glibc("GLIBC_PRIVATE"), None);
    }

    /// The test program itself is one.
    #[test]
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[allow(clippy::disallowed_methods)]
    fn a_real_one() {
        let elf = of(&std::fs::read(std::env::current_exe().unwrap()).unwrap()).unwrap();
        assert!(elf.interpreter.as_ref().is_some_and(|path| path.starts_with("/lib")), "{elf:?}");
        assert!(elf.needs_glibc() >= Some((2, 14)), "{:?}", elf.asks);
    }

    proptest! {
        #[test]
        fn never_panics(tail in proptest::collection::vec(any::<u8>(), 0..400), wide: bool) {
            let mut bytes = b"\x7fELF".to_vec();
            bytes.extend([1 + u8::from(wide), 1]);
            bytes.extend(tail);
            let _ = of(&bytes);
        }
    }
}
