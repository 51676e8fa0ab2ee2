//! The least that a proof of zips and the directories beside them takes: inflate, hash and compare, on two threads, with the
//! libraries that gobs uses. Nothing is listed, checked or reported. For `benches/verify.sh`; sound zips only.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicUsize, Ordering};

const LARGEST: usize = 64 << 20;

/// Lines of a zip, a tab and its directory, the largest zip first.
fn main() {
    let list = std::env::args().nth(1).expect("the file with the list");
    let list = std::fs::read_to_string(list).expect("the list");
    let jobs: Vec<(&str, &str)> = list.lines().filter_map(|line| line.split_once('\t')).collect();
    let (next, files) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut room = Room {
                    inflate: libdeflater::Decompressor::new(),
                    content: vec![0; LARGEST],
                    beside: vec![0; LARGEST],
                };
                while let Some((zip, dir)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    files.fetch_add(room.prove(zip, dir), Ordering::Relaxed);
                }
            });
        }
    });
    println!("{} files", files.into_inner());
}

struct Room {
    inflate: libdeflater::Decompressor,
    content: Vec<u8>,
    beside: Vec<u8>,
}

impl Room {
    /// How many files there were.
    fn prove(&mut self, zip: &str, dir: &str) -> usize {
        let mut bytes = Vec::new();
        File::open(zip).and_then(|mut file| file.read_to_end(&mut bytes)).expect(zip);
        let u16 = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
        let u32 = |at: usize| u16(at) | u16(at + 2) << 16;
        let end = (0..bytes.len() - 21).rev().find(|at| bytes[*at..].starts_with(b"PK\x05\x06")).expect(zip);
        let (count, mut at) = (u16(end + 10), u32(end + 16));
        for _ in 0..count {
            let (method, packed, size, local) = (u16(at + 10), u32(at + 20), u32(at + 24), u32(at + 42));
            let name = std::str::from_utf8(&bytes[at + 46..at + 46 + u16(at + 28)]).expect(zip);
            at += 46 + u16(at + 28) + u16(at + 30) + u16(at + 32);
            let body = local + 30 + u16(local + 26) + u16(local + 28);
            let content = match method {
                8 => {
                    let data = &bytes[body..body + packed];
                    self.inflate.deflate_decompress(data, &mut self.content[..size]).expect(name);
                    &self.content[..size]
                }
                _ => &bytes[body..body + size],
            };
            std::hint::black_box(ring::digest::digest(&ring::digest::SHA256, content));
            // `path@version/file`, and no slash between `@` and the file's.
            let file = name.split_once('@').and_then(|(_, rest)| rest.split_once('/')).expect(name).1;
            let beside = File::open(format!("{dir}/{file}")).expect(name);
            let got = beside.read_at(&mut self.beside[..=size], 0).expect(name);
            assert!(got == size && self.beside[..size] == *content, "{name}");
        }
        count
    }
}
