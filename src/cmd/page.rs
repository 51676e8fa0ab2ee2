//! `gobs explain KIND`, `gobs explain CHECK` and `gobs explain --list`: the pages, offline.

use serde_json::{Value, json};

use crate::Exit;
use crate::checks::{self, Check};
use crate::cli::ReportFormat;
use crate::explain::{CheckPage, KindPage, check_page, kind_page};
use crate::model::{Failure, Kind, Msg, kind};
use crate::say;
use crate::text::words::nearest;
use crate::ui::{Label, Ui, json_string, pad};

/// Columns of the names in the list.
const NAME: usize = 32;

/// The page of a kind or of a check.
pub(super) fn show(word: &str, format: ReportFormat, ui: &mut Ui) -> anyhow::Result<Exit> {
    let page = match (Kind::named(word).and_then(kind_page), check(word)) {
        (Some(page), _) => Page::of_kind(page),
        (None, Some((check, page))) => Page::of_check(check, page),
        (None, None) => return Err(nobody(word).into()),
    };
    match format {
        ReportFormat::Text => page.text(ui)?,
        ReportFormat::Json => {
            let text = json_string(page.json, &ui.redact);
            ui.raw(&text)?;
        }
        ReportFormat::Markdown => {
            let text = page.markdown(ui);
            ui.raw(&text)?;
        }
    }
    Ok(Exit::Fine)
}

fn check(id: &str) -> Option<(&'static Check, CheckPage)> {
    let check = checks::all().into_iter().find(|check| check.id.0 == id)?;
    Some((check, check_page(id)?))
}

fn nobody(word: &str) -> Failure {
    let ids = checks::all().into_iter().map(|check| check.id.0);
    let names = kind::ALL.iter().map(|kind| kind.name()).chain(ids);
    let failure = Failure::new(say!(
        "`{word}` is neither a file nor a kind nor a check",
        "`{word}` 既不是文件，也不是问题类型或检查项",
        word
    ));
    match nearest(word, names) {
        Some(near) => failure.hint(say!("did you mean `{near}`?", "是不是想写 `{near}`？", near)),
        None => failure.hint(say!("all of them: gobs explain --list", "全部列表：gobs explain --list")),
    }
}

/// A page as it is shown: its head, its parts, and the same as JSON.
struct Page {
    name: &'static str,
    title: Msg,
    parts: Vec<Part>,
    json: Value,
}

struct Part {
    head: Msg,
    words: Msg,
    commands: Vec<String>,
    /// Names with a text each.
    rows: Vec<(&'static str, Msg)>,
}

impl Part {
    fn new(head: Msg, words: &Msg) -> Part {
        Part { head, words: words.clone(), commands: Vec::new(), rows: Vec::new() }
    }
}

impl Page {
    fn of_kind(page: KindPage) -> Page {
        let real: Vec<&'static Check> =
            checks::all().into_iter().filter(|check| page.checks.iter().any(|id| id == check.id.0)).collect();
        let ids: Vec<&str> = real.iter().map(|check| check.id.0).collect();
        let json = json!({
            "schema": "gobs.page/1", "kind": page.kind, "family": page.kind.family(), "what": page.what,
            "why": page.why, "how": page.how, "next": page.next, "run": page.run, "never": page.never,
            "checks": ids,
        });
        let mut parts = vec![
            Part::new(say!("Why it matters", "为什么重要"), &page.why),
            Part::new(say!("How it is judged", "如何判断"), &page.how),
            Part { commands: page.run, ..Part::new(say!("What to do", "怎么办"), &page.next) },
        ];
        parts.extend(page.never.map(|never| Part::new(say!("What not to do", "不要做"), &never)));
        if !real.is_empty() {
            let rows = real.iter().map(|check| (check.id.0, Msg::from(check.title))).collect();
            let head = say!("Checks that look at it", "相关检查");
            parts.push(Part { rows, ..Part::new(head, &Msg::default()) });
        }
        Page { name: page.kind.name(), title: page.what, parts, json }
    }

    fn of_check(check: &'static Check, page: CheckPage) -> Page {
        let (id, why) = (check.id.0, Msg::from(check.why));
        let kinds: Vec<Value> = page
            .kinds
            .iter()
            .map(|page| json!({ "kind": page.kind, "what": page.what, "next": page.next }))
            .collect();
        let json = json!({
            "schema": "gobs.page/1", "id": id, "title": check.title, "why": check.why, "how": page.how,
            "kinds": kinds,
        });
        let found = page.kinds.iter().map(|page| (page.kind.name(), page.what.clone())).collect();
        let repairs = page.kinds.iter().map(|page| (page.kind.name(), page.next.clone())).collect();
        let commands = vec![format!("gobs doctor --only {id} -v"), format!("gobs fix {id}")];
        let parts = vec![
            Part::new(say!("Why it matters", "为什么重要"), &why),
            Part { rows: found, ..Part::new(say!("How it is judged", "如何判断"), &page.how) },
            Part {
                rows: repairs, commands, ..Part::new(say!("How to repair", "如何修复"), &Msg::default())
            },
        ];
        Page { name: id, title: Msg::from(check.title), parts, json }
    }

    fn text(&self, ui: &mut Ui) -> anyhow::Result<()> {
        let title = ui.pick(&self.title).to_owned();
        ui.line(&[(Label::Strong, self.name), (Label::Plain, "  "), (Label::Plain, &title)])?;
        for part in &self.parts {
            ui.raw("\n")?;
            let head = ui.pick(&part.head).to_owned();
            ui.line(&[(Label::Strong, &head)])?;
            let words = ui.pick(&part.words).to_owned();
            if !words.is_empty() {
                ui.prose(Label::Plain, &words, 2)?;
            }
            for (name, words) in &part.rows {
                ui.line(&[(Label::Plain, "  "), (Label::Path, name)])?;
                let words = ui.pick(words).to_owned();
                ui.prose(Label::Plain, &words, 4)?;
            }
            for command in &part.commands {
                ui.line(&[(Label::Dim, "  $ "), (Label::Plain, command)])?;
            }
        }
        Ok(())
    }

    fn markdown(&self, ui: &Ui) -> String {
        let mut text = format!("# `{}`\n\n{}\n", self.name, ui.pick(&self.title));
        for part in &self.parts {
            text.push_str(&format!("\n## {}\n\n", ui.pick(&part.head)));
            let words = ui.pick(&part.words);
            if !words.is_empty() {
                text.push_str(&format!("{words}\n"));
            }
            if !words.is_empty() && !part.rows.is_empty() {
                text.push('\n');
            }
            for (name, words) in &part.rows {
                text.push_str(&format!("- `{name}`: {}\n", ui.pick(words)));
            }
            if !part.commands.is_empty() {
                text.push_str(&format!("\n```sh\n{}\n```\n", part.commands.join("\n")));
            }
        }
        text
    }
}

/// Every name that has a page.
pub(super) fn list(format: ReportFormat, ui: &mut Ui) -> anyhow::Result<Exit> {
    let pages: Vec<KindPage> = kind::ALL.iter().filter_map(|kind| kind_page(*kind)).collect();
    let checks = checks::all();
    match format {
        ReportFormat::Json => {
            let kinds: Vec<Value> =
                pages.iter().map(|page| json!({ "kind": page.kind, "what": page.what })).collect();
            let checks: Vec<Value> =
                checks.iter().map(|check| json!({ "id": check.id, "title": check.title })).collect();
            let document = json!({ "schema": "gobs.pages/1", "kinds": kinds, "checks": checks });
            let text = json_string(document, &ui.redact);
            ui.raw(&text)?;
        }
        _ => {
            let kinds = pages.iter().map(|page| (page.kind.name(), page.what.clone()));
            let rows = kinds.chain(checks.iter().map(|check| (check.id.0, Msg::from(check.title))));
            for (name, words) in rows {
                let words = ui.pick(&words).to_owned();
                match format {
                    ReportFormat::Markdown => ui.raw(&format!("- `{name}`: {words}\n"))?,
                    _ => ui.line(&[(Label::Strong, &pad(name, NAME)), (Label::Plain, &words)])?,
                }
            }
        }
    }
    Ok(Exit::Fine)
}
