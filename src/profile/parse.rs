//! The text of a profile, read strictly.

use std::collections::BTreeMap;

use toml_edit::{Document, Item};

use super::reader::{Source, Table, unknown, wrong};
use super::{At, Extends, Private, Profile, Row, Transport, Var, VarSort};
use crate::model::{Failure, Key, TargetId, Value};
use crate::say;

/// Reads a profile; `name` is how it was asked for and stands in messages.
///
/// # Errors
/// Malformed TOML, an unknown key, a value of the wrong sort: with file, line and column.
pub fn parse(name: &str, text: &str) -> Result<Profile, Failure> {
    let source = Source { file: name, text };
    let document = Document::parse(text).map_err(|err| {
        let what = err.message().trim().replace('\n', ", ");
        source.fail(err.span(), &crate::model::Msg::plain(what))
    })?;
    let mut root = Table::root(&source, document.as_table());
    schema(&source, &mut root)?;
    let mut profile = Profile {
        name: name.to_owned(),
        summary: root.text("summary")?.unwrap_or_default(),
        extends: root.item("extends").map(|item| extends(&source, item)).transpose()?,
        vars: root.item("vars").map(|item| vars(&source, item)).transpose()?.unwrap_or_default(),
        ..Profile::default()
    };
    for (table, target) in [("go", TargetId::GoEnv), ("git", TargetId::Git), ("shell", TargetId::Shell)] {
        if let Some(item) = root.item(table) {
            profile.rows.extend(rows(&source, item, target)?);
        }
    }
    if let Some(item) = root.item("private") {
        profile.private = list(&source, item)?.into_iter().map(private).collect::<Result<_, _>>()?;
    }
    root.end()?;
    Ok(profile)
}

fn schema(source: &Source<'_>, root: &mut Table<'_>) -> Result<(), Failure> {
    match root.number("schema")? {
        Some(1) => Ok(()),
        Some(other) => Err(source
            .fail(
                None,
                &say!(
                    "schema {other} is unknown to this gobs",
                    "这个版本的 gobs 不认识 schema {other}",
                    other
                ),
            )
            .hint(say!("update gobs, or write schema = 1", "请升级 gobs，或写 schema = 1"))),
        None => Err(source.fail(None, &say!("`schema = 1` is missing at the top", "开头缺少 `schema = 1`"))),
    }
}

fn extends(source: &Source<'_>, item: &Item) -> Result<Extends, Failure> {
    let at = source.at(item.span());
    if let Some(name) = item.as_str() {
        return Ok(Extends { name: name.to_owned(), sha256: None, at });
    }
    let mut table = Table::new(source, item)?;
    let extends = Extends { name: table.need("profile")?, sha256: table.string("sha256")?, at };
    table.end()?;
    Ok(extends)
}

fn vars(source: &Source<'_>, item: &Item) -> Result<BTreeMap<String, Var>, Failure> {
    let mut vars = BTreeMap::new();
    for (name, item, at) in Table::new(source, item)?.names() {
        let mut table = Table::new(source, item)?;
        let sort = match table.string("type")?.as_deref() {
            Some("url") => VarSort::Url,
            Some("path") => VarSort::Path,
            Some("text") | None => VarSort::Text,
            Some(other) => {
                let what = say!("no type `{other}`", "没有类型 `{other}`", other);
                return Err(wrong(&at, &what).hint(say!(
                    "a variable is `url`, `path` or `text`",
                    "变量类型只能是 `url`、`path`、`text`"
                )));
            }
        };
        let ask = table.text("ask")?;
        table.end()?;
        vars.insert(name, Var { sort, ask, at });
    }
    Ok(vars)
}

fn rows(source: &Source<'_>, item: &Item, target: TargetId) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    for (name, item, at) in Table::new(source, item)?.names() {
        let key = key(target, &name, &at)?;
        for mut table in list(source, item)? {
            let (at, when_at) = (table.at_value("value"), table.at_value("if"));
            let (when, why) = (table.string("if")?, table.text("why")?);
            let value = value(&mut table, target, &at);
            // A key that is written wrong explains the one that is missing.
            table.end()?;
            rows.push(Row { target, key: key.clone(), when, value: value?, why, at, when_at });
        }
    }
    Ok(rows)
}

/// `[[go.GOPROXY]]` tables, or one table where a list has a single row.
fn list<'t>(source: &'t Source<'t>, item: &'t Item) -> Result<Vec<Table<'t>>, Failure> {
    if let Some(tables) = item.as_array_of_tables() {
        return Ok(tables.iter().map(|table| Table::of(source, table, table.span())).collect());
    }
    Ok(vec![Table::new(source, item)?])
}

/// The path of names behind a key: a git name's middle part may hold dots.
fn key(target: TargetId, name: &str, at: &At) -> Result<Key, Failure> {
    if target == TargetId::GoEnv && !crate::text::goenv::is_writable(name) {
        let known =
            ["GOPROXY", "GOSUMDB", "GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOTOOLCHAIN", "GOFLAGS", "GOVCS"];
        return Err(unknown(at, name, &known));
    }
    if target != TargetId::Git {
        return Ok(Key::new([name]));
    }
    let parts = name.split_once('.').map(|(section, rest)| match rest.rsplit_once('.') {
        Some((middle, last)) => Key::new([section, middle, last]),
        None => Key::new([section, rest]),
    });
    parts.ok_or_else(|| {
        wrong(at, &say!("`{name}` is no git setting", "`{name}` 不是 git 配置项", name))
            .hint(say!("write section.name or section.<url>.name", "写成 section.name 或 section.<url>.name"))
    })
}

fn value(table: &mut Table<'_>, target: TargetId, at: &At) -> Result<Value, Failure> {
    let unset = table.item("unset").and_then(Item::as_bool).unwrap_or(false);
    match (table.strings("value")?, unset) {
        (None, true) => Ok(Value::Absent),
        (Some(values), false) if values.iter().any(String::is_empty) => {
            Err(wrong(at, &say!("an empty value", "值为空"))
                .hint(say!("write `unset = true` to take the key away", "想删除这个键，请写 `unset = true`")))
        }
        (Some(mut values), false) => match (values.len(), target) {
            (1, TargetId::Git) => Ok(Value::Many(values)),
            (1, _) => Ok(Value::One(values.remove(0))),
            (_, TargetId::Git) => Ok(Value::Many(values)),
            _ => Err(wrong(at, &say!("one value is wanted here", "这里只能有一个值"))),
        },
        (None, false) => Err(wrong(at, &say!("`value` is missing", "缺少 `value`"))),
        (Some(_), true) => {
            Err(wrong(at, &say!("`value` and `unset` exclude each other", "`value` 和 `unset` 不能同时写")))
        }
    }
}

fn private(mut table: Table<'_>) -> Result<Private, Failure> {
    let at = table.at_value("host");
    let host = table.need("host");
    let transport = match table.string("transport")?.as_deref() {
        None => None,
        Some("ssh") => Some(Transport::Ssh),
        Some("https") => Some(Transport::Https),
        Some(other) => {
            let at = table.at_value("transport");
            return Err(wrong(&at, &say!("no transport `{other}`", "没有 `{other}` 这种 transport", other))
                .hint(say!("write `ssh` or `https`", "写 `ssh` 或 `https`")));
        }
    };
    let port = match table.number("port")? {
        None => None,
        Some(port) => Some(u16::try_from(port).ok().filter(|port| *port > 0).ok_or_else(|| {
            let at = table.at_value("port");
            wrong(&at, &say!("{port} is no port", "{port} 不是端口号", port))
        })?),
    };
    let private = Private {
        host: String::new(),
        patterns: table.strings("patterns")?.unwrap_or_default(),
        transport,
        hostname: table.string("hostname")?,
        port,
        user: table.string("user")?,
        identity_file: table.string("identity_file")?,
        host_keys: table.strings("host_keys")?.unwrap_or_default(),
        ca: table.string("ca")?,
        credential_helper: table.string("credential_helper")?,
        why: table.text("why")?,
        at: at.clone(),
    };
    table.end()?;
    let host = host?;
    if host.contains("://") || host.contains([':', '/', '@', ' ']) || host.is_empty() {
        let what = say!("`{host}` is no host name", "`{host}` 不是主机名", host);
        return Err(wrong(&at, &what).hint(say!(
            "scheme, user, port and path have keys of their own: transport, user, port, patterns",
            "协议、用户、端口、路径各有自己的键：transport、user、port、patterns"
        )));
    }
    Ok(Private { host: host.to_ascii_lowercase(), ..private })
}
