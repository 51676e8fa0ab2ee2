//! Zips for tests, down to the last lie in a header.

use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;

/// A zip in the making.
pub(crate) struct Made {
    local: Vec<u8>,
    central: Vec<u8>,
    count: u16,
}

/// What the headers of one entry claim; the content may be something else.
pub(crate) struct Claim {
    pub(crate) method: u16,
    pub(crate) flags: u16,
    pub(crate) crc: u32,
    pub(crate) size: u64,
    pub(crate) extra: Vec<u8>,
    /// Behind the data.
    pub(crate) descriptor: Vec<u8>,
}

impl Claim {
    /// The truth about stored content.
    pub(crate) fn stored(content: &[u8]) -> Claim {
        Claim {
            method: 0,
            flags: 0,
            crc: libdeflater::crc32(content),
            size: content.len() as u64,
            extra: Vec::new(),
            descriptor: Vec::new(),
        }
    }
}

/// A zip of stored entries.
pub(crate) fn stored(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut made = Made::new();
    for (name, content) in entries {
        made = made.entry(name.as_bytes(), content, &Claim::stored(content));
    }
    made.zip()
}

pub(crate) fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

impl Made {
    pub(crate) fn new() -> Made {
        Made { local: Vec::new(), central: Vec::new(), count: 0 }
    }

    pub(crate) fn deflated(self, name: &str, content: &[u8]) -> Made {
        let claim = Claim { method: 8, ..Claim::stored(content) };
        self.entry(name.as_bytes(), &deflate(content), &claim)
    }

    /// A stored entry that claims another size.
    pub(crate) fn claiming(self, name: &str, content: &[u8], size: u64) -> Made {
        let claim = Claim { size, ..Claim::stored(content) };
        self.entry(name.as_bytes(), content, &claim)
    }

    /// An entry of these bytes, whatever the claim says.
    pub(crate) fn entry(mut self, name: &[u8], data: &[u8], claim: &Claim) -> Made {
        let offset = u32::try_from(self.local.len()).unwrap();
        let size = u32::try_from(claim.size).unwrap();
        let head = |out: &mut Vec<u8>| {
            for value in [claim.flags, claim.method, 0, 0] {
                out.extend(value.to_le_bytes());
            }
            for value in [claim.crc, u32::try_from(data.len()).unwrap(), size] {
                out.extend(value.to_le_bytes());
            }
            out.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        };
        self.local.extend(b"PK\x03\x04\x14\0");
        head(&mut self.local);
        self.local.extend([0, 0]);
        self.local.extend(name);
        self.local.extend(data);
        self.local.extend(&claim.descriptor);
        self.central.extend(b"PK\x01\x02\x14\0\x14\0");
        head(&mut self.central);
        self.central.extend(u16::try_from(claim.extra.len()).unwrap().to_le_bytes());
        self.central.extend([0; 10]);
        self.central.extend(offset.to_le_bytes());
        self.central.extend(name);
        self.central.extend(&claim.extra);
        self.count += 1;
        self
    }

    pub(crate) fn zip(self) -> Vec<u8> {
        let Made { mut local, central, count } = self;
        let offset = u32::try_from(local.len()).unwrap();
        let length = u32::try_from(central.len()).unwrap();
        local.extend(central);
        local.extend(b"PK\x05\x06\0\0\0\0");
        local.extend(count.to_le_bytes());
        local.extend(count.to_le_bytes());
        local.extend(length.to_le_bytes());
        local.extend(offset.to_le_bytes());
        local.extend([0, 0]);
        local
    }
}
