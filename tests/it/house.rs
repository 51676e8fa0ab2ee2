//! The house rules that the compiler does not know: layers, sizes, both languages, generated files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gobs::cli;
use gobs::ui::Lang;

/// Who may know whom: a room and the rooms below it that it may name.
/// What every room may use: messages, sorting, hashing.
const TOOLS: [&str; 3] = ["say", "order", "digest"];

const LAYERS: &[(&str, &[&str])] = &[
    ("order", &[]),
    ("digest", &[]),
    ("model", &[]),
    ("embedded", &[]),
    ("text", &["model", "embedded"]),
    ("mirrors", &["model", "text"]),
    ("world", &["model", "text"]),
    ("module", &["model", "text", "world"]),
    ("goproxy", &["model", "text", "world", "module"]),
    ("sumdb", &["model", "text", "world", "module", "goproxy"]),
    ("route", &["model", "text", "world", "module", "goproxy", "sumdb"]),
    ("journal", &["model", "world"]),
    ("facts", &["model", "text", "world", "journal", "module", "goproxy", "sumdb", "route", "mirrors"]),
    ("targets", &["model", "text", "world"]),
    ("profile", &["model", "text", "mirrors"]),
    ("checks", &["model", "text", "module", "facts", "route", "mirrors"]),
    ("explain", &["model", "embedded", "text", "mirrors"]),
    ("plan", &["model", "text", "world", "journal", "targets"]),
    ("proof", &["model", "text", "world", "facts"]),
    ("ui", &["model", "text", "world", "checks", "plan", "explain"]),
    ("cli", &["ui"]),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<(String, String)> {
    let src = root().join("src");
    let mut files = Vec::new();
    let mut dirs = vec![src.clone()];
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                dirs.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs") {
                let name = path.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/");
                files.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

/// The code of a file without its tests.
fn code(text: &str) -> &str {
    text.split("\n#[cfg(test)]\nmod tests").next().unwrap_or(text)
}

#[test]
fn nobody_reaches_up() {
    let mut wrong = Vec::new();
    for (name, text) in sources() {
        let room = name.split(['/', '.']).next().unwrap();
        let Some((_, allowed)) = LAYERS.iter().find(|(layer, _)| *layer == room) else {
            assert!(["main", "lib", "cmd"].contains(&room), "src/{name}: a room without a line in LAYERS");
            continue;
        };
        assert!(!code(&text).contains("super::super::super"), "src/{name} climbs");
        for (at, _) in code(&text).match_indices("crate::") {
            let used: String =
                text[at + 7..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            let known = [&TOOLS, *allowed].concat();
            if used != room && !used.is_empty() && !known.contains(&used.as_str()) {
                wrong.push(format!("src/{name} uses crate::{used}; its line allows {allowed:?}"));
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A verb that is named is there. Among Chinese words nothing else in small Latin letters follows the name.
#[test]
fn nobody_is_sent_to_a_verb_that_is_not_there() {
    let verbs: Vec<String> = gobs::cli::command(gobs::ui::Lang::En)
        .get_subcommands()
        .map(|verb| verb.get_name().to_owned())
        .collect();
    let explain = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/explain");
    let tables = ["rules.toml", "pages/kinds.toml"]
        .map(|name| (name.to_owned(), std::fs::read_to_string(explain.join(name)).unwrap()));
    let mut seen = 0;
    for (name, text) in sources().into_iter().chain(tables) {
        for literal in text.split('"').filter(|literal| !literal.is_ascii() && !literal.contains("\n//")) {
            for (at, word) in literal.match_indices("gobs ") {
                let verb: String =
                    literal[at + word.len()..].chars().take_while(char::is_ascii_lowercase).collect();
                seen += usize::from(!verb.is_empty());
                assert!(verb.is_empty() || verbs.contains(&verb), "{name}: gobs {verb}: {literal}");
            }
        }
    }
    assert!(seen > 40, "{seen}");
}

#[test]
fn files_stay_small_and_say_what_they_are_for() {
    let mut sizes: Vec<usize> = Vec::new();
    for (name, text) in sources() {
        assert!(text.starts_with("//!"), "src/{name} does not say what it is for");
        let lines = code(&text).lines().count();
        sizes.push(lines);
        // Tables and the one list of words may be long; rooms may not.
        let table = ["cli.rs", "model/kind.rs"].contains(&name.as_str());
        assert!(table || lines <= 400, "src/{name} has {lines} lines: it wants a wall");
    }
    sizes.sort_unstable();
    let median = sizes[sizes.len() / 2];
    assert!(median <= 160, "the median file has {median} lines");
}

/// Bare captures escape the compiler's guard over `say!`: both literals must hold the same names.
#[test]
fn both_languages_name_the_same_things() {
    let mut seen = 0;
    for (name, text) in sources() {
        for (at, _) in text.match_indices("say!(") {
            let Some([en, zh]) = literals(&text[at + 5..]) else {
                continue;
            };
            seen += 1;
            assert_eq!(names(&en), names(&zh), "src/{name}: {en} ¦ {zh}");
            assert!(!zh.is_ascii() || en == zh || zh.len() < 4, "src/{name}: not Chinese: {zh}");
        }
    }
    assert!(seen > 100);
}

/// The first two string literals of a macro call, where both are plain literals.
fn literals(text: &str) -> Option<[String; 2]> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while found.len() < 2 {
        rest = rest.trim_start().strip_prefix('"')?;
        let mut literal = String::new();
        let mut chars = rest.char_indices();
        loop {
            match chars.next()? {
                (_, '\\') => _ = chars.next(),
                (at, '"') => {
                    rest = rest[at + 1..].trim_start().trim_start_matches(',');
                    break;
                }
                (_, c) => literal.push(c),
            }
        }
        found.push(literal);
    }
    found.try_into().ok()
}

fn names(literal: &str) -> BTreeMap<String, usize> {
    let mut names = BTreeMap::new();
    let plain = literal.replace("{{", "").replace("}}", "");
    for part in plain.split('{').skip(1) {
        let name = part.split(['}', ':']).next().unwrap().to_owned();
        names.insert(name, 1);
    }
    names
}

#[test]
fn every_help_text_is_in_both_languages() {
    fn texts(command: &clap::Command, path: &str, found: &mut Vec<String>) {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        found.push(format!("{path}: {about}"));
        for arg in command.get_arguments() {
            if let Some(help) = arg.get_help() {
                found.push(format!("{path} {}: {help}", arg.get_id()));
            }
        }
        for sub in command.get_subcommands() {
            texts(sub, &format!("{path} {}", sub.get_name()), found);
        }
    }
    let mut zh = Vec::new();
    texts(&cli::command(Lang::Zh), "gobs", &mut zh);
    for text in &zh {
        assert!(!text.contains('¦'), "{text}");
        assert!(text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "no Chinese: {text}");
    }
    let mut en = Vec::new();
    texts(&cli::command(Lang::En), "gobs", &mut en);
    for text in &en {
        assert!(!text.contains(|c: char| c == '¦' || c > '\u{2fff}'), "{text}");
    }
    assert_eq!(en.len(), zh.len());
}

#[test]
fn embedded_profiles_are_the_files_in_profiles() {
    let mut files: Vec<String> = std::fs::read_dir(root().join("profiles"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    files.sort();
    let embedded: Vec<String> = gobs::profile::EMBEDDED.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(files, embedded);
}

/// Completions and man page are checked in; `UPDATE=1 cargo test house` writes them anew.
#[test]
fn completions_and_the_man_page_are_true() {
    use clap_complete::{Shell, generate};
    let mut made: Vec<(&str, Vec<u8>)> = Vec::new();
    for (name, shell) in [
        ("gobs.bash", Shell::Bash),
        ("_gobs", Shell::Zsh),
        ("gobs.fish", Shell::Fish),
        ("_gobs.ps1", Shell::PowerShell),
    ] {
        let mut text = Vec::new();
        generate(shell, &mut cli::command(Lang::En), "gobs", &mut text);
        made.push((name, text));
    }
    made.push(("gobs.1", man()));
    check_or_update(&root().join("completions"), &made);
}

fn man() -> Vec<u8> {
    let mut page = Vec::new();
    let command = cli::command(Lang::En);
    clap_mangen::Man::new(command.clone()).date("").render(&mut page).unwrap();
    for sub in command.get_subcommands() {
        let name = format!("gobs {}", sub.get_name());
        let man = clap_mangen::Man::new(sub.clone().name(name.clone()).display_name(name.clone()));
        page.extend(format!(".SH \"{}\"\n", name.to_uppercase()).bytes());
        man.render_description_section(&mut page).unwrap();
        man.render_synopsis_section(&mut page).unwrap();
        man.render_options_section(&mut page).unwrap();
    }
    page
}

/// The tables in the READMEs and `docs/checks.md` are made from the rows.
#[test]
fn the_tables_of_checks_are_true() {
    let rows = gobs::checks::all();
    let table = |lang: Lang, heads: [&str; 2], page: &str| {
        let mut text = format!("| {} | {} |\n|---|---|\n", heads[0], heads[1]);
        for check in &rows {
            let id = check.id.0;
            text += &format!(
                "| [`{id}`]({page}#{}) | {} |\n",
                id.replace('.', ""),
                if lang == Lang::En { check.title.en } else { check.title.zh }
            );
        }
        text
    };
    let between = |name: &str, table: &str| {
        let text = std::fs::read_to_string(root().join(name)).unwrap();
        let (head, rest) = text.split_once("<!-- checks:").unwrap();
        let (mark, rest) = rest.split_once("-->\n").unwrap();
        let (_, tail) = rest.split_once("<!-- /checks -->").unwrap();
        format!("{head}<!-- checks:{mark}-->\n{table}<!-- /checks -->{tail}").into_bytes()
    };
    let english = between("README.md", &table(Lang::En, ["check", "holds when"], "docs/checks.md"));
    let chinese = between("README.zh-CN.md", &table(Lang::Zh, ["检查项", "正常状态"], "docs/checks.md"));
    check_or_update(&root(), &[("README.md", english), ("README.zh-CN.md", chinese)]);
    let mut pages = "# The checks · 检查项\n\nMade from the rows by `UPDATE=1 cargo test --test it house`; `gobs explain ID` prints the same page.\n".to_owned();
    for check in &rows {
        let (title, why) = (check.title, check.why);
        pages += &format!(
            "\n## {}\n\n**{}** · **{}**\n\n{}\n\n{}\n",
            check.id, title.en, title.zh, why.en, why.zh
        );
        let page = gobs::explain::check_page(check.id.0);
        let page = page.unwrap_or_else(|| panic!("src/explain/pages/checks.toml lacks {}", check.id));
        pages += &format!("\n*How it is judged.* {}\n\n*如何判断。* {}\n\n", page.how.en, page.how.zh);
        for kind in &page.kinds {
            pages += &format!("- `{}`: {}. {}\n", kind.kind, kind.what.en, kind.what.zh);
        }
    }
    check_or_update(&root().join("docs"), &[("checks.md", pages.into_bytes())]);
}

fn check_or_update(dir: &Path, made: &[(&str, Vec<u8>)]) {
    for (name, bytes) in made {
        let path = dir.join(name);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, bytes).unwrap();
        }
        let there = std::fs::read(&path).unwrap_or_default();
        assert!(there == *bytes, "{} is stale: UPDATE=1 cargo test --test it house", path.display());
    }
}
