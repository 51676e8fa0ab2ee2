//! `gobs explain`: a pasted log becomes causes; a kind or a check's id becomes its page.

use std::io::{IsTerminal, Read};
use std::path::Path;

use serde_json::json;

use super::page;
use super::probe::probe;
use crate::Exit;
use crate::checks::Judged;
use crate::cli::{Explain, ReportFormat};
use crate::explain::{Explanation, explain, rule};
use crate::model::{Failure, Finding, Source};
use crate::say;
use crate::ui::{Label, Ui, checks_json, detail, finding_json, json_string, show_finding};
use crate::world::{World, only_looking};

pub(super) fn run(args: &Explain, world: &World, ui: &mut Ui) -> anyhow::Result<Exit> {
    if args.list {
        return page::list(args.format, ui);
    }
    // What comes through a pipe was just said by this machine; a file may come from anywhere.
    let piped = matches!(args.log.as_deref(), None | Some("-"));
    let _only = (!piped).then(only_looking);
    let explanation = match args.log.as_deref() {
        None if std::io::stdin().is_terminal() => {
            return Err(Failure::new(say!("there is no log to explain", "没有可解释的日志"))
                .hint(say!(
                    "pipe one in: go build ./... 2>&1 | gobs explain; or name a file, a kind or a check",
                    "用管道传入：go build ./... 2>&1 | gobs explain；也可以给出文件、问题类型或检查项"
                ))
                .into());
        }
        None | Some("-") => explain(std::io::stdin().lock())?,
        Some(named) => {
            let path = world.cwd.join(named);
            if !world.files.exists(&path) {
                return page::show(named, args.format, ui);
            }
            explain(open(world, &path)?)?
        }
    };
    let at_terminal = piped && args.format == ReportFormat::Text && std::io::stdout().is_terminal();
    let wanted = args.probe || (at_terminal && !args.no_probe);
    let here = (wanted && !explanation.findings.is_empty()).then(|| probe(&explanation.findings, world));
    let here = here.as_deref().map_or(Here::Probe, Here::Seen);
    tell(&explanation, here, args.format, ui)?;
    Ok(Exit::Fine)
}

fn open(world: &World, path: &Path) -> Result<impl Read + use<>, Failure> {
    world.files.open(path).map(|(file, _)| file).map_err(|err| {
        let (shown, why) = (path.display(), err.msg());
        Failure::new(say!("cannot read {shown}: {why}", "读不了 {shown}：{why}", shown, why))
    })
}

/// What this machine says beside a log.
#[derive(Clone, Copy)]
pub(super) enum Here<'j> {
    Seen(&'j [Judged]),
    /// Nothing, but `--probe` would ask it.
    Probe,
    /// Nothing, and only the doctor can be told to ask it.
    Doctor,
}

/// What the log says, and what this machine says about it, in the form wanted.
pub(super) fn tell(
    explanation: &Explanation,
    here: Here<'_>,
    format: ReportFormat,
    ui: &mut Ui,
) -> anyhow::Result<()> {
    let findings = &explanation.findings;
    match format {
        ReportFormat::Json => {
            let mut document = json!({
                "schema": "gobs.explanation/1",
                "gobs": env!("CARGO_PKG_VERSION"),
                "lines": explanation.lines,
                "findings": findings.iter().map(finding_json).collect::<Vec<_>>(),
            });
            if let Here::Seen(judged) = here {
                let (checks, summary) = checks_json(judged);
                document["probe"] = json!({ "checks": checks, "summary": summary });
            }
            let text = json_string(document, &ui.redact);
            ui.raw(&text)?;
        }
        ReportFormat::Markdown => {
            let text = markdown(findings, ui);
            ui.raw(&text)?;
        }
        ReportFormat::Text if findings.is_empty() => {
            let words = say!(
                "nothing recognised: this log does not speak of Go's environment",
                "没有识别到环境问题：这份日志与 Go 的环境无关"
            );
            let words = ui.pick(&words).to_owned();
            ui.line(&[(Label::Plain, &words)])?;
        }
        ReportFormat::Text => {
            for finding in findings {
                one(finding, here, ui)?;
            }
        }
    }
    Ok(())
}

/// One finding with what to do, what not to do, and what decides.
fn one(finding: &Finding, here: Here<'_>, ui: &mut Ui) -> anyhow::Result<()> {
    let line = at(finding).map_or_else(String::new, |line| format!("log:{line}"));
    show_finding(ui, &line, finding, false)?;
    let Some(rule) = rule(finding.kind.name()) else { return Ok(()) };
    let never = ui.pick(&rule.never).to_owned();
    detail(ui, &say!("never", "切勿"), Label::Plain, &never)?;
    let decides = |how: &str| {
        let checks = rule.checks.join(" ");
        say!("{checks} (on this machine: {how})", "{checks}（查看本机：{how}）", checks, how)
    };
    let decides = match here {
        Here::Seen(judged) => {
            super::probe::tell(finding, judged, ui)?;
            None
        }
        Here::Probe => Some(decides("--probe")),
        Here::Doctor => Some(decides(&format!("gobs doctor --only {}", rule.checks.join(",")))),
    };
    if let Some(decides) = decides.filter(|_| !rule.checks.is_empty()) {
        let decides = ui.pick(&decides).to_owned();
        detail(ui, &say!("decides", "看这些"), Label::Dim, &decides)?;
    }
    detail(ui, &say!("more", "详情"), Label::Dim, &format!("gobs explain {}", rule.kind))?;
    Ok(())
}

fn at(finding: &Finding) -> Option<u32> {
    finding.evidence.iter().find_map(|evidence| match evidence.from {
        Source::Log(line) => Some(line),
        _ => None,
    })
}

fn markdown(findings: &[Finding], ui: &Ui) -> String {
    if findings.is_empty() {
        return ui.pick(&say!("Nothing recognised.\n", "没有识别到环境问题。\n")).to_owned();
    }
    let mut text = String::new();
    for finding in findings {
        let what = ui.redact.show(ui.pick(&finding.what));
        text.push_str(&format!("### `{}`\n\n{what}\n\n", finding.kind));
        for evidence in &finding.evidence {
            let seen = ui.redact.show(&evidence.seen).replace("```", "'''");
            text.push_str(&format!("```\n{seen}\n```\n\n"));
        }
        for (name, value) in &finding.facts {
            text.push_str(&format!("- {name}: `{}`\n", ui.redact.show(value).replace('`', "'")));
        }
        if let Some(remedy) = &finding.remedy {
            text.push_str(&format!("\n{}\n\n", ui.redact.show(ui.pick(&remedy.say))));
            for command in remedy.commands() {
                text.push_str(&format!("    {}\n", ui.redact.show(command)));
            }
        }
        text.push('\n');
    }
    text
}
