//! `gobs init --print`: the same settings as text for a CI job or an image; nothing is written.

use std::fmt::Write;

use crate::cli::PrintArg;
use crate::model::{Failure, Msg, Setting, TargetId};
use crate::say;
use crate::targets::host_blocks;
use crate::text::sshcfg::render_hosts;

/// The settings in one of the forms. Every form sets Go's variables and runs `git config` for git's.
pub(super) fn render(form: PrintArg, settings: &[Setting]) -> Result<String, Failure> {
    let mut text = String::new();
    let vars = variables(settings);
    let git = git_commands(settings)?;
    let ssh = ssh_commands(settings)?;
    match form {
        PrintArg::Sh => {
            for (name, value) in &vars {
                let _ = match value {
                    Some(value) => writeln!(text, "export {name}={}", quote(value)),
                    None => writeln!(text, "unset {name}"),
                };
            }
            for command in git.iter().chain(&ssh) {
                let _ = writeln!(text, "{command}");
            }
        }
        PrintArg::Dockerfile => {
            for (name, value) in &vars {
                if let Some(value) = value {
                    let _ = writeln!(text, "ENV {name}={}", docker_quote(value));
                }
            }
            for command in git.iter().chain(&ssh) {
                let _ = writeln!(text, "RUN {}", command.replace('\n', " \\\n    "));
            }
        }
        PrintArg::Github => {
            text.push_str("- name: Go settings\n  shell: bash\n  run: |\n");
            for (name, value) in &vars {
                if let Some(value) = value {
                    let _ =
                        writeln!(text, "    echo {} >> \"$GITHUB_ENV\"", quote(&format!("{name}={value}")));
                }
            }
            for command in git.iter().chain(&ssh) {
                let _ = writeln!(text, "    {}", command.replace('\n', "\n    "));
            }
        }
        PrintArg::Gitlab => {
            text.push_str("variables:\n");
            for (name, value) in &vars {
                if let Some(value) = value {
                    let _ = writeln!(text, "  {name}: {}", yaml_quote(value));
                }
            }
            if !git.is_empty() || !ssh.is_empty() {
                text.push_str("before_script:\n");
                for command in git.iter().chain(&ssh) {
                    let _ = writeln!(text, "  - |\n    {}", command.replace('\n', "\n    "));
                }
            }
        }
    }
    Ok(text)
}

fn variables(settings: &[Setting]) -> Vec<(&str, Option<&str>)> {
    settings
        .iter()
        .filter(|setting| matches!(setting.target, TargetId::GoEnv | TargetId::Shell))
        .map(|setting| (setting.key.name(), setting.value.list().first().map(String::as_str)))
        .collect()
}

fn git_commands(settings: &[Setting]) -> Result<Vec<String>, Failure> {
    let mut commands = Vec::new();
    for setting in settings.iter().filter(|setting| setting.target == TargetId::Git) {
        let key = quote(&setting.key.to_string());
        for value in setting.value.list() {
            if value.contains(['\n', '\0']) {
                let what: Msg =
                    say!("a git value of several lines cannot be printed", "多行的 git 配置值无法输出");
                return Err(Failure::new(what));
            }
            commands.push(format!("git config --global --add {key} {}", quote(value)));
        }
    }
    Ok(commands)
}

/// The ssh hosts, appended to the configuration of a machine that has none of its own.
fn ssh_commands(settings: &[Setting]) -> Result<Vec<String>, Failure> {
    let mut commands = Vec::new();
    let blocks = host_blocks(settings);
    if blocks.is_empty() {
        return Ok(commands);
    }
    commands.push("mkdir -p -m 700 ~/.ssh ~/.ssh/gobs".to_owned());
    let hosts = render_hosts(&blocks).map_err(|bad| Failure::new(bad.0))?;
    let hosts = String::from_utf8_lossy(&hosts).into_owned();
    let lines: Vec<String> =
        hosts.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).map(quote).collect();
    commands.push(format!("printf '%s\\n' {} >> ~/.ssh/config", lines.join(" ")));
    let known: Vec<String> = settings
        .iter()
        .filter(|setting| setting.target == TargetId::KnownHosts)
        .flat_map(|setting| setting.value.list().iter().map(|key| quote(&format!("{} {key}", setting.key))))
        .collect();
    if !known.is_empty() {
        commands.push(format!("printf '%s\\n' {} >> ~/.ssh/gobs/known_hosts", known.join(" ")));
    }
    Ok(commands)
}

/// A word as every POSIX shell takes it.
fn quote(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A value in a Dockerfile's ENV: double quotes, with what they would expand escaped.
fn docker_quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "\\$"))
}

/// A YAML scalar in single quotes. GitLab expands `$`, so it is doubled.
fn yaml_quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''").replace('$', "$$"))
}
