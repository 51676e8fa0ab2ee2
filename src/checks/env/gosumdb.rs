//! `GOSUMDB`: is verification on, and can go read the value.

use super::repair::repair;
use super::{about, each};
use crate::checks::{Check, CheckId};
use crate::facts::Facts;
use crate::facts::acting::{Acting, Scope};
use crate::facts::go::Layer;
use crate::model::{Findings, Known, Level, Msg, Text, kind};
use crate::say;
use crate::text::gosumdb::{Mistake, mistake, parse};

pub(super) const CHECKS: &[Check] = &[Check {
    id: CheckId("env.gosumdb"),
    title: Text {
        en: "the checksum database is on and named right", zh: "校验库已启用且写法正确"
    },
    why: Text {
        en: "The checksum database is what tells a tampered module from a good one. Off, every download is trusted blindly and recorded in go.sum for all colleagues; misspelt, no new module can be verified.",
        zh: "校验库用来识别被篡改的模块。关掉它，任何下载都会被盲目信任，并写进 go.sum 传给所有同事；写错它，新模块一个都验证不了。",
    },
    judge,
}];

fn judge(facts: &Facts<'_>, found: &mut Findings) -> Known<()> {
    each(facts, "GOSUMDB", |acting| {
        let preferred = facts.preferred_gosumdb();
        if acting.value == "off" {
            let what = say!(
                "GOSUMDB=off: nothing that is downloaded is verified, and toolchains cannot be downloaded at all",
                "GOSUMDB=off：下载的内容一概不校验，工具链也无法下载"
            );
            let finding = about(acting, kind::GOSUMDB_OFF, Level::Error, &what);
            found.add(repair(facts, acting, &preferred, finding));
            return;
        }
        let go_says = parse(&acting.value).err();
        let slip = mistake(&acting.value);
        if go_says.is_none() && slip.is_none() {
            return;
        }
        let kind = if slip == Some(Mistake::DeadLog) { kind::SUMDB_CLOSED } else { kind::GOSUMDB_MALFORMED };
        let what = says(acting, slip, go_says.as_deref());
        found.add(repair(facts, acting, &preferred, about(acting, kind, Level::Error, &what)));
    })
}

fn says(acting: &Acting, slip: Option<Mistake>, go_says: Option<&str>) -> Msg {
    let empty = matches!(acting.scope, Scope::Now(Layer::UserFile)) && acting.value.is_empty();
    let meant = match slip {
        _ if empty => say!(
            "it is set to nothing, which since Go 1.21 is a value",
            "它被设成了空值，而 Go 1.21 起空值也算数"
        ),
        Some(Mistake::Empty) => say!("it is blank", "它是空白"),
        Some(Mistake::MeantOff) => say!("only `off` is off", "只有 `off` 才表示关闭"),
        Some(Mistake::MeantOn) => {
            say!("there is no such word; leave it unset", "没有这种写法；不设置即为启用")
        }
        Some(Mistake::Quotes) => say!("the quotes became part of the value", "引号成了值的一部分"),
        Some(Mistake::Space) => say!("a space or carriage return hangs on it", "值上带了空格或回车符"),
        Some(Mistake::UrlForName) => say!("a URL stands where the name goes", "这里应写名字，不是网址"),
        Some(Mistake::UrlAfterPlus) => say!(
            "after `+` go wants a key, not a URL; and gocenter.io closed in 2021",
            "`+` 后面应是密钥，不是网址；而且 gocenter.io 已于 2021 年关闭"
        ),
        Some(Mistake::AliasWithMore) => {
            say!("sum.golang.google.cn works alone only", "sum.golang.google.cn 只能单独写")
        }
        Some(Mistake::List) => say!("it is no list", "它不是列表"),
        Some(Mistake::ProxyForDatabase) => {
            say!("a module proxy is no checksum database", "模块代理不是校验库")
        }
        Some(Mistake::DeadLog) => say!("gosum.io answers no more", "gosum.io 已不再应答"),
        Some(Mistake::DamagedKey) => {
            say!("name, hash and key do not belong together", "名字、哈希和密钥对不上")
        }
        Some(Mistake::UnknownName) => say!("go knows no key for that name", "go 没有这个名字的密钥"),
        Some(Mistake::TooManyFields) => say!("a name and one URL, not more", "最多一个名字加一个网址"),
        None => Msg::default(),
    };
    let go = go_says.map_or(Msg::default(), |go| say!("; go says: {go}", "；go 会报：{go}", go));
    say!(
        "GOSUMDB is invalid, no new module can be verified: {meant}{go}",
        "GOSUMDB 无效，新模块无法校验：{meant}{go}",
        meant,
        go
    )
}
