//! Made-up module caches and go.sum files, sound or damaged in one place or several: what `verify` is asked about.

use std::os::unix::fs::symlink;
use std::path::Path;

use gobs::module::dirhash::{hash_go_mod, hash_zip};
use gobs::module::zip::{Archive, Inflater};
use proptest::prelude::*;
use proptest::sample::select;

use crate::oracle::{ask_bytes, samples};

/// What go.sum says of the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sum {
    Right,
    WrongZip,
    WrongMod,
    NoZip,
    Nothing,
    RightThenWrong,
    WrongThenRight,
    Twice,
    UnknownAlgorithm,
    UnknownAndRight,
    ShortLine,
    Crlf,
    EmptyGoMod,
    /// The hash of whatever zip lies in the cache.
    OfTheCache,
}

/// The zip in the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zip {
    Sound,
    Absent,
    Empty,
    Page,
    Truncated,
    FlippedByte,
    Edited,
    FileAdded,
    FileGone,
    OtherRoot,
    Repacked,
    WithDirectories,
    Twins,
    CaseCollision,
    Slip,
    IsDirectory,
}

/// `.ziphash`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ZipHash {
    Right,
    OfTheCache,
    Absent,
    Empty,
    Zeros,
    Newline,
    Wrong,
}

/// The extracted directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dir {
    Sound,
    Absent,
    Touched,
    FileGone,
    FileAdded,
    Emptied,
    Partial,
    Linked,
    GoModTouched,
    DirectoryAdded,
    IsLink,
    IsFile,
}

/// The `.mod`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mod {
    Right,
    Other,
    Absent,
    Page,
    Empty,
}

/// The `.info`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Info {
    Right,
    OtherVersion,
    Absent,
    Page,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Situation {
    pub(super) sum: Sum,
    pub(super) zip: Zip,
    pub(super) ziphash: ZipHash,
    pub(super) dir: Dir,
    pub(super) gomod: Mod,
    pub(super) info: Info,
}

pub(super) const SOUND: Situation = Situation {
    sum: Sum::Right,
    zip: Zip::Sound,
    ziphash: ZipHash::Right,
    dir: Dir::Sound,
    gomod: Mod::Right,
    info: Info::Right,
};

const SUMS: [Sum; 14] = {
    use Sum::*;
    [
        Right,
        WrongZip,
        WrongMod,
        NoZip,
        Nothing,
        RightThenWrong,
        WrongThenRight,
        Twice,
        UnknownAlgorithm,
        UnknownAndRight,
        ShortLine,
        Crlf,
        EmptyGoMod,
        OfTheCache,
    ]
};
const ZIPS: [Zip; 16] = {
    use Zip::*;
    [
        Sound,
        Absent,
        Empty,
        Page,
        Truncated,
        FlippedByte,
        Edited,
        FileAdded,
        FileGone,
        OtherRoot,
        Repacked,
        WithDirectories,
        Twins,
        CaseCollision,
        Slip,
        IsDirectory,
    ]
};
const ZIPHASHES: [ZipHash; 7] = {
    use ZipHash::*;
    [Right, OfTheCache, Absent, Empty, Zeros, Newline, Wrong]
};
const DIRS: [Dir; 12] = {
    use Dir::*;
    [
        Sound,
        Absent,
        Touched,
        FileGone,
        FileAdded,
        Emptied,
        Partial,
        Linked,
        GoModTouched,
        DirectoryAdded,
        IsLink,
        IsFile,
    ]
};
const MODS: [Mod; 5] = [Mod::Right, Mod::Other, Mod::Absent, Mod::Page, Mod::Empty];
const INFOS: [Info; 4] = [Info::Right, Info::OtherVersion, Info::Absent, Info::Page];

/// Every single damage, each zip that somebody recorded as it is, and a good many damages together.
pub(super) fn situations() -> Vec<Situation> {
    let mut all: Vec<Situation> = SUMS.iter().map(|sum| Situation { sum: *sum, ..SOUND }).collect();
    all.extend(ZIPS.iter().map(|zip| Situation { zip: *zip, ..SOUND }));
    all.extend(ZIPHASHES.iter().map(|ziphash| Situation { ziphash: *ziphash, ..SOUND }));
    all.extend(DIRS.iter().map(|dir| Situation { dir: *dir, ..SOUND }));
    all.extend(MODS.iter().map(|gomod| Situation { gomod: *gomod, ..SOUND }));
    all.extend(INFOS.iter().map(|info| Situation { info: *info, ..SOUND }));
    let recorded = |zip: &Zip| Situation {
        sum: Sum::OfTheCache,
        zip: *zip,
        ziphash: ZipHash::OfTheCache,
        dir: Dir::Absent,
        ..SOUND
    };
    all.extend(ZIPS.iter().map(recorded));
    let mixed = (
        prop_oneof![2 => Just(Sum::Right), 1 => select(&SUMS[..])],
        prop_oneof![1 => Just(Zip::Sound), 1 => select(&ZIPS[..])],
        prop_oneof![2 => Just(ZipHash::Right), 1 => select(&ZIPHASHES[..])],
        prop_oneof![1 => Just(Dir::Sound), 1 => Just(Dir::Absent), 1 => select(&DIRS[..])],
        prop_oneof![4 => Just(Mod::Right), 1 => select(&MODS[..])],
        prop_oneof![4 => Just(Info::Right), 1 => select(&INFOS[..])],
    );
    let mixed = mixed.prop_map(|(sum, zip, ziphash, dir, gomod, info)| Situation {
        sum,
        zip,
        ziphash,
        dir,
        gomod,
        info,
    });
    all.extend(samples(&mixed, 160));
    all
}

type FileList = Vec<(String, Vec<u8>)>;

pub(super) const VERSION: &str = "v1.0.0";

fn path(n: usize) -> String {
    format!("ex.test/s{n}")
}

fn gomod(n: usize) -> Vec<u8> {
    format!("module {}\n\ngo 1.21\n", path(n)).into_bytes()
}

/// The files of a module as its author has them.
fn files(n: usize) -> FileList {
    [
        ("a.go", b"package a\n\nconst A = 1\n".to_vec()),
        ("go.mod", gomod(n)),
        ("sub/sub.go", b"package sub\n".to_vec()),
        ("testdata/text", vec![b'x'; 3000]),
    ]
    .map(|(name, content)| (format!("{}@{VERSION}/{name}", path(n)), content))
    .to_vec()
}

/// What goes into the cached zip, as names and contents; `None` where it is not a zip of its own making.
fn packed(n: usize, zip: Zip) -> FileList {
    let mut list = files(n);
    let root = format!("{}@{VERSION}", path(n));
    match zip {
        Zip::Edited => list[0].1 = b"package a\n\nconst A = 2\n".to_vec(),
        Zip::FileAdded => list.push((format!("{root}/b.go"), b"package a\n".to_vec())),
        Zip::FileGone => _ = list.remove(2),
        Zip::OtherRoot => {
            for (name, _) in &mut list {
                *name = name.replace("ex.test/", "ex.test/other/");
            }
        }
        Zip::WithDirectories => list.push((format!("{root}/sub/"), Vec::new())),
        Zip::Twins => list.push((format!("{root}/a.go"), b"package a\n\nconst A = 3\n".to_vec())),
        Zip::CaseCollision => list.push((format!("{root}/A.go"), b"package a\n".to_vec())),
        Zip::Slip => list.push((format!("{root}/../../../escaped.go"), b"package a\n".to_vec())),
        _ => {}
    }
    list
}

/// All zips in one question to Go's own writer.
fn make_zips(lists: &[(FileList, bool)]) -> Vec<Vec<u8>> {
    let case = |(list, stored): &(FileList, bool)| {
        let method = if *stored { 's' } else { 'd' };
        let entry = |(name, content): &(String, Vec<u8>)| {
            let method = if name.ends_with('/') { 's' } else { method };
            [format!("{method}{name}").into_bytes(), content.clone()]
        };
        list.iter().flat_map(entry).collect::<Vec<_>>()
    };
    let cases: Vec<Vec<Vec<u8>>> = lists.iter().map(case).collect();
    ask_bytes("zip.make", &cases).into_iter().map(|mut answer| answer.remove(0)).collect()
}

/// A situation with the bytes of its zips.
pub(super) struct Made {
    pub(super) n: usize,
    pub(super) situation: Situation,
    sound: Vec<u8>,
    cached: Vec<u8>,
}

pub(super) fn make(situations: &[Situation]) -> Vec<Made> {
    let sound = (0..situations.len()).map(|n| (files(n), false));
    let packed = situations.iter().enumerate().map(|(n, s)| (packed(n, s.zip), s.zip == Zip::Repacked));
    let mut zips = make_zips(&sound.chain(packed).collect::<Vec<_>>());
    let cached = zips.split_off(situations.len());
    let both = situations.iter().zip(zips).zip(cached).enumerate();
    both.map(|(n, ((situation, sound), cached))| Made {
        n,
        situation: *situation,
        cached: damaged(situation.zip, cached),
        sound,
    })
    .collect()
}

fn damaged(zip: Zip, mut bytes: Vec<u8>) -> Vec<u8> {
    match zip {
        Zip::Empty => bytes.clear(),
        Zip::Page => bytes = b"<!DOCTYPE html><title>Sign in</title>".to_vec(),
        Zip::Truncated => bytes.truncate(bytes.len() * 2 / 3),
        // In the compressed data of the first file.
        Zip::FlippedByte => bytes[30 + 22 + 8] ^= 0x40,
        _ => {}
    }
    bytes
}

fn hash_of(zip: &[u8]) -> Option<String> {
    hash_zip(&Archive::open(zip).ok()?, &mut Inflater::default()).ok()
}

pub(super) const WRONG: &str = "h1:fr63+4pzSe1uEkpvfgNbLSrr1R0ie+xWsbFnwyfOOvA=";
const EMPTY_GO_MOD: &str = "h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY=";

impl Made {
    pub(super) fn right(&self) -> String {
        hash_of(&self.sound).unwrap()
    }

    /// Of the zip as it lies in the cache, where there is one to be had.
    fn of_the_cache(&self) -> String {
        match self.situation.zip {
            Zip::Absent | Zip::IsDirectory => self.right(),
            _ => hash_of(&self.cached).unwrap_or_else(|| self.right()),
        }
    }

    pub(super) fn gosum(&self) -> String {
        let (path, right, gomod) = (path(self.n), self.right(), hash_go_mod(&gomod(self.n)));
        let zip = |hash: &str| format!("{path} {VERSION} {hash}\n");
        let module = |hash: &str| format!("{path} {VERSION}/go.mod {hash}\n");
        match self.situation.sum {
            Sum::Right => zip(&right) + &module(&gomod),
            Sum::WrongZip => zip(WRONG) + &module(&gomod),
            Sum::WrongMod => zip(&right) + &module(WRONG),
            Sum::NoZip => module(&gomod),
            Sum::Nothing => String::new(),
            Sum::RightThenWrong => zip(&right) + &zip(WRONG) + &module(&gomod),
            Sum::WrongThenRight => zip(WRONG) + &zip(&right) + &module(&gomod),
            Sum::Twice => zip(&right) + &zip(&right) + &module(&gomod) + &module(&gomod),
            Sum::UnknownAlgorithm => zip(&right.replace("h1:", "h2:")) + &module(&gomod),
            Sum::UnknownAndRight => zip(&right.replace("h1:", "h2:")) + &zip(&right) + &module(&gomod),
            Sum::ShortLine => zip(&right) + &module(&gomod) + &format!("{path} {VERSION}\n"),
            Sum::Crlf => (zip(&right) + &module(&gomod)).replace('\n', "\r\n"),
            Sum::EmptyGoMod => zip(&right) + &module(EMPTY_GO_MOD),
            Sum::OfTheCache => zip(&self.of_the_cache()) + &module(&gomod),
        }
    }

    /// A project that imports the module.
    pub(super) fn write_project(&self, dir: &Path) {
        std::fs::create_dir_all(dir).unwrap();
        let path = path(self.n);
        let gomod = format!("module main.test/m\n\ngo 1.21\n\nrequire {path} {VERSION}\n");
        std::fs::write(dir.join("go.mod"), gomod).unwrap();
        std::fs::write(dir.join("m.go"), format!("package m\n\nimport _ \"{path}\"\n")).unwrap();
        std::fs::write(dir.join("go.sum"), self.gosum()).unwrap();
    }

    /// What an honest proxy has.
    pub(super) fn publish(&self, tree: &Path) {
        let dir = tree.join(path(self.n)).join("@v");
        std::fs::create_dir_all(&dir).unwrap();
        let file = |suffix: &str| dir.join(format!("{VERSION}.{suffix}"));
        std::fs::write(dir.join("list"), format!("{VERSION}\n")).unwrap();
        std::fs::write(file("info"), info(VERSION)).unwrap();
        std::fs::write(file("mod"), gomod(self.n)).unwrap();
        std::fs::write(file("zip"), &self.sound).unwrap();
    }

    pub(super) fn fill(&self, cache: &Path) {
        let Situation { zip, ziphash, gomod: wanted, info: written, .. } = self.situation;
        let dir = cache.join("cache/download").join(path(self.n)).join("@v");
        std::fs::create_dir_all(&dir).unwrap();
        let write = |suffix: &str, bytes: &[u8]| {
            std::fs::write(dir.join(format!("{VERSION}.{suffix}")), bytes).unwrap();
        };
        match zip {
            Zip::Absent => {}
            Zip::IsDirectory => std::fs::create_dir(dir.join(format!("{VERSION}.zip"))).unwrap(),
            _ => write("zip", &self.cached),
        }
        match ziphash {
            ZipHash::Right => write("ziphash", self.right().as_bytes()),
            ZipHash::OfTheCache => write("ziphash", self.of_the_cache().as_bytes()),
            ZipHash::Absent => {}
            ZipHash::Empty => write("ziphash", b""),
            ZipHash::Zeros => write("ziphash", &[0; 47]),
            ZipHash::Newline => write("ziphash", format!("{}\n", self.right()).as_bytes()),
            ZipHash::Wrong => write("ziphash", WRONG.as_bytes()),
        }
        match wanted {
            Mod::Right => write("mod", &gomod(self.n)),
            Mod::Other => write("mod", &[gomod(self.n), b"\n// edited\n".to_vec()].concat()),
            Mod::Absent => {}
            Mod::Page => write("mod", b"<!DOCTYPE html><title>Sign in</title>"),
            Mod::Empty => write("mod", b""),
        }
        match written {
            Info::Right => write("info", &info(VERSION)),
            Info::OtherVersion => write("info", &info("v1.0.1")),
            Info::Absent => {}
            Info::Page => write("info", b"<!DOCTYPE html>"),
        }
        self.extract(cache, &dir);
    }

    fn extract(&self, cache: &Path, download: &Path) {
        let root = cache.join(format!("{}@{VERSION}", path(self.n)));
        match self.situation.dir {
            Dir::Absent => return,
            Dir::IsFile => {
                std::fs::create_dir_all(root.parent().unwrap()).unwrap();
                return std::fs::write(root, "").unwrap();
            }
            _ => {}
        }
        std::fs::create_dir_all(&root).unwrap();
        if self.situation.dir == Dir::Emptied {
            return;
        }
        let prefix = format!("{}@{VERSION}/", path(self.n));
        for (name, content) in files(self.n) {
            let file = root.join(name.strip_prefix(&prefix).unwrap());
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, content).unwrap();
        }
        match self.situation.dir {
            Dir::Touched => std::fs::write(root.join("a.go"), "package a\n\nconst A = 4\n").unwrap(),
            Dir::FileGone => std::fs::remove_file(root.join("testdata/text")).unwrap(),
            Dir::FileAdded => std::fs::write(root.join(".DS_Store"), "x").unwrap(),
            Dir::Partial => std::fs::write(download.join(format!("{VERSION}.partial")), "").unwrap(),
            Dir::Linked => {
                std::fs::rename(root.join("a.go"), cache.join(format!("a{}.go", self.n))).unwrap();
                symlink(cache.join(format!("a{}.go", self.n)), root.join("a.go")).unwrap();
            }
            Dir::GoModTouched => std::fs::write(root.join("go.mod"), "module elsewhere\n").unwrap(),
            Dir::IsLink => {
                let elsewhere = cache.join(format!("elsewhere{}", self.n));
                std::fs::rename(&root, &elsewhere).unwrap();
                symlink(elsewhere, &root).unwrap();
            }
            Dir::DirectoryAdded => std::fs::create_dir(root.join("empty")).unwrap(),
            _ => {}
        }
    }
}

fn info(version: &str) -> Vec<u8> {
    format!(r#"{{"Version":"{version}","Time":"2024-01-01T00:00:00Z"}}"#).into_bytes()
}
