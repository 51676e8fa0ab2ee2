//! What makes a go.sum odd: encodings editors left behind, markers merges left behind.

/// How the bytes of the file are text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    #[default]
    Utf8,
    /// UTF-8 behind a byte order mark: go takes it for a part of the first path.
    Utf8Bom,
    /// What PowerShell's `>` writes.
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    /// Judged by a byte order mark, else by NULs at every second place of the beginning.
    pub fn of(data: &[u8]) -> Encoding {
        match data {
            [0xef, 0xbb, 0xbf, ..] => return Encoding::Utf8Bom,
            [0xff, 0xfe, ..] => return Encoding::Utf16Le,
            [0xfe, 0xff, ..] => return Encoding::Utf16Be,
            _ => {}
        }
        let pairs = data[..data.len().min(64)].as_chunks::<2>().0;
        let all = |wide: fn(&[u8; 2]) -> bool| pairs.len() >= 4 && pairs.iter().all(wide);
        if all(|pair| pair[0] != 0 && pair[1] == 0) {
            Encoding::Utf16Le
        } else if all(|pair| pair[0] == 0 && pair[1] != 0) {
            Encoding::Utf16Be
        } else {
            Encoding::Utf8
        }
    }

    pub fn is_utf16(self) -> bool {
        matches!(self, Encoding::Utf16Le | Encoding::Utf16Be)
    }
}

/// The first word of a line that git leaves in an unfinished merge.
pub(super) fn is_merge_marker(word: &[u8]) -> bool {
    matches!(word, b"<<<<<<<" | b"|||||||" | b"=======" | b">>>>>>>")
}
