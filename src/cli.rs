//! Every word a user can type. No logic: what was typed, not what it means.
//!
//! Help texts hold both languages, `English ¦ 中文`; [`command`] keeps one of them.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::ui::Lang;

/// Make Go environments work behind walls, and find out why they do not. ¦ 让 Go 环境在大陆企业、封闭网络和信创机器上可用，并查清不可用的原因。
#[derive(Debug, Parser)]
#[command(name = "gobs", version, disable_help_subcommand = true, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub verb: Verb,
    #[command(flatten)]
    pub global: Global,
}

#[derive(Debug, Args)]
pub struct Global {
    /// Language of messages; default: from the locale. ¦ 消息语言，默认按系统语言。
    #[arg(long, global = true, value_enum, help_heading = "Global options")]
    pub lang: Option<LangArg>,
    /// When to colour. ¦ 何时使用颜色。
    #[arg(long, global = true, value_enum, default_value_t, help_heading = "Global options")]
    pub color: ColorArg,
    /// Show every command run, file read and URL asked, with times. ¦ 显示执行的每条命令、读取的每个文件、访问的每个 URL 及用时。
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub verbose: bool,
    /// Only the report itself. ¦ 只输出结果本身。
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = "Global options")]
    pub quiet: bool,
    /// Run as if started in DIR. ¦ 在 DIR 目录中运行。
    #[arg(short = 'C', value_name = "DIR", global = true, help_heading = "Global options")]
    pub chdir: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum Verb {
    Init(Init),
    Doctor(Doctor),
    Fix(Fix),
    Undo(Undo),
    Explain(Explain),
    Run(Run),
    Trace(Trace),
    Verify(Verify),
    Profile(Profile),
    Completions(Completions),
}

/// Write the settings of a profile: Go, git, ssh and the shell, as one change. ¦ 按配置方案写入 Go、git、ssh 和 shell 的设置，一次改完。
#[derive(Debug, Args)]
pub struct Init {
    /// enterprise, offline, xinchuang, a TOML file, or an https URL. ¦ enterprise、offline、xinchuang、TOML 文件或 https 地址。
    #[arg(long, value_name = "PROFILE", default_value = "enterprise")]
    pub profile: String,
    /// A host with private modules, [ssh://|https://][user@]host[:port][/path]; may be repeated. ¦ 私有模块所在主机，可写多次。
    #[arg(long, value_name = "HOST")]
    pub private: Vec<String>,
    /// A variable of the profile (proxy=…) or a Go variable (GOFLAGS=…); may be repeated. ¦ 方案中的变量（proxy=…）或 Go 变量（GOFLAGS=…），可写多次。
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// Show what would change, and change nothing. ¦ 只显示将要做的改动，不写入。
    #[arg(long)]
    pub dry_run: bool,
    /// Exit 1 if something would change; change nothing. ¦ 若有改动则退出码为 1，不写入。
    #[arg(long, conflicts_with = "dry_run")]
    pub check: bool,
    /// Never ask. ¦ 不询问，直接写入。
    #[arg(short, long)]
    pub yes: bool,
    /// Print the settings as text for a CI job or an image instead of writing them. ¦ 输出为脚本片段（CI 或镜像用），不写入本机。
    #[arg(long, value_enum, value_name = "FORM", conflicts_with_all = ["dry_run", "check"])]
    pub print: Option<PrintArg>,
    #[command(flatten)]
    pub pinned: Pinned,
    /// Make no connection: do not ask the proxy what it relays. ¦ 不联网，也不询问代理的能力。
    #[arg(long)]
    pub offline: bool,
    /// Do not ask go, git and ssh afterwards whether the settings are in force. ¦ 写入后不再用 go、git、ssh 验证是否生效。
    #[arg(long)]
    pub no_proof: bool,
    /// Also set the proxy variables for programs that the desktop starts, such as an IDE (~/.config/environment.d). ¦ 代理变量也写给桌面启动的程序（如 IDE）：~/.config/environment.d。
    #[arg(long)]
    pub desktop: bool,
    /// Write for the root account, also under sudo. ¦ 即使在 sudo 下，也为 root 账户写入。
    #[arg(long)]
    pub root: bool,
    /// Form of the report. ¦ 输出格式。
    #[arg(long, value_enum, default_value_t)]
    pub format: PlainFormat,
}

/// What a profile behind a URL is held against.
#[derive(Debug, Args)]
pub struct Pinned {
    /// SHA-256 of the profile at a URL, in hexadecimal. ¦ URL 上的方案文件的 SHA-256（十六进制）。
    #[arg(long, value_name = "HEX")]
    pub sha256: Option<String>,
    /// A PEM file with the authority to trust when fetching the profile. ¦ 下载方案时信任的 CA 证书（PEM 文件）。
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
}

/// Look at everything that breaks Go here, and say what is wrong, with evidence. ¦ 检查本机 Go 环境，给出问题、证据和修复办法。
#[derive(Debug, Args)]
pub struct Doctor {
    /// Only these checks: ids, areas, globs. ¦ 只运行这些检查（编号、分类或通配符）。
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Without these checks. ¦ 跳过这些检查。
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub skip: Vec<String>,
    /// Walk the way go takes to this module, too. ¦ 同时检查 go 获取该模块的路径。
    #[arg(long, value_name = "MODULE[@VERSION]")]
    pub module: Option<String>,
    /// Make no connection at all. ¦ 完全不联网。
    #[arg(long)]
    pub offline: bool,
    /// Leave out what hashes the module cache. ¦ 不校验模块缓存的内容。
    #[arg(long)]
    pub quick: bool,
    /// Exit 1 on warnings, too. ¦ 有警告时退出码也为 1。
    #[arg(long)]
    pub strict: bool,
    /// List the checks and run none. ¦ 列出所有检查，不运行。
    #[arg(long)]
    pub list: bool,
    /// Form of the report. ¦ 输出格式。
    #[arg(long, value_enum, default_value_t)]
    pub format: ReportFormat,
}

/// Repair what is safe to repair of the doctor's findings. ¦ 修复 doctor 发现的、可以安全修复的问题。
#[derive(Debug, Args)]
pub struct Fix {
    /// Only what these checks find: ids, areas, globs. ¦ 只修复这些检查发现的问题。
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    /// The module whose way is mended, PATH or PATH@VERSION; default: those the project needs. ¦ 修复获取这个模块时的问题，默认为项目用到的私有模块。
    #[arg(long, value_name = "MODULE[@VERSION]")]
    pub module: Option<String>,
    /// Show what would change, and change nothing. ¦ 只显示将要做的改动，不写入。
    #[arg(long)]
    pub dry_run: bool,
    /// Never ask. ¦ 不询问，直接写入。
    #[arg(short, long)]
    pub yes: bool,
    /// Make no connection at all. ¦ 完全不联网。
    #[arg(long)]
    pub offline: bool,
    /// Write for the root account, also under sudo. ¦ 即使在 sudo 下，也为 root 账户写入。
    #[arg(long)]
    pub root: bool,
    /// Form of the report. ¦ 输出格式。
    #[arg(long, value_enum, default_value_t)]
    pub format: PlainFormat,
}

/// Take back the last change, or the one named. ¦ 撤销最近一次改动，或指定的那一次。
#[derive(Debug, Args)]
pub struct Undo {
    /// The number of an entry of the history. ¦ 历史记录的编号。
    #[arg(value_name = "ENTRY")]
    pub entry: Option<u32>,
    /// Show the history. ¦ 显示历史记录。
    #[arg(long, conflicts_with = "entry")]
    pub list: bool,
    /// Show what would change, and change nothing. ¦ 只显示将要做的改动，不写入。
    #[arg(long)]
    pub dry_run: bool,
    /// Never ask. ¦ 不询问，直接写入。
    #[arg(short, long)]
    pub yes: bool,
    /// Write for the root account, also under sudo. ¦ 即使在 sudo 下，也为 root 账户写入。
    #[arg(long)]
    pub root: bool,
    /// Form of the report. ¦ 输出格式。
    #[arg(long, value_enum, default_value_t)]
    pub format: PlainFormat,
}

/// Walk the way go takes to a module, hop by hop, and say where and why it ends. ¦ 沿着 go 获取模块的路径逐步检查，指出在哪一步、为什么失败。
#[derive(Debug, Args)]
pub struct Trace {
    /// Module path, with a version, branch or commit if you like; default: latest. ¦ 模块路径，可带版本、分支或提交，默认最新版本。
    #[arg(value_name = "MODULE[@VERSION]")]
    pub module: String,
    /// As if this profile were in force; nothing is written. ¦ 假设已采用这个配置方案，不写入任何内容。
    #[arg(long, value_name = "PROFILE")]
    pub profile: Option<String>,
    /// Make no connection: show only what the settings decide. ¦ 不联网，只显示由设置决定的部分。
    #[arg(long)]
    pub offline: bool,
    /// Form of the report. ¦ 输出格式。
    #[arg(long, value_enum, default_value_t)]
    pub format: PlainFormat,
}

/// Explain a log: the root cause, with evidence and a safe next step. ¦ 解释日志：给出根本原因、依据和安全的下一步。
#[derive(Debug, Args)]
pub struct Explain {
    /// A log file, - for stdin, a kind (gosum-mismatch) or a check (env.goproxy); default: stdin. ¦ 日志文件、- 表示标准输入、问题类型（gosum-mismatch）或检查项（env.goproxy），默认读标准输入。
    #[arg(value_name = "LOG|KIND|CHECK")]
    pub log: Option<String>,
    /// Look on this machine at the facts that tell the causes apart; the default where a log is piped in on a terminal. ¦ 在本机查看能区分各种原因的事实；在终端里用管道传入日志时默认开启。
    #[arg(long, overrides_with = "no_probe")]
    pub probe: bool,
    /// Look at nothing but the log. ¦ 只看日志，不看本机。
    #[arg(long)]
    pub no_probe: bool,
    /// List every kind and check that has a page. ¦ 列出所有有说明页的问题类型和检查项。
    #[arg(long)]
    pub list: bool,
    /// Form of the report. ¦ 输出格式。
    #[arg(long, value_enum, default_value_t)]
    pub format: ReportFormat,
}

/// Verify modules: go.sum against the module cache, the checksum database and the proxies, and say who is wrong. ¦ 核对模块：go.sum、模块缓存、校验库和各代理相互比对，指出谁错了。
#[derive(Debug, Args)]
pub struct Verify {
    /// Only these modules, PATH or PATH@VERSION; default: all of go.sum. ¦ 只核对这些模块（路径或 路径@版本），默认为 go.sum 中的全部。
    #[arg(value_name = "MODULE")]
    pub modules: Vec<String>,
    /// The whole module cache. ¦ 核对整个模块缓存。
    #[arg(long)]
    pub all: bool,
    /// Ask every proxy for every module, not only for those in doubt. ¦ 对每个模块都询问所有代理，而不只是有疑问的。
    #[arg(long, conflicts_with = "offline")]
    pub deep: bool,
    /// Make no connection at all. ¦ 完全不联网。
    #[arg(long)]
    pub offline: bool,
    /// Exit 1 on warnings and where nothing could be proven, too. ¦ 有警告或无法证实时，退出码也为 1。
    #[arg(long)]
    pub strict: bool,
    /// Form of the report. ¦ 输出格式。
    #[arg(long, value_enum, default_value_t)]
    pub format: ReportFormat,
}

/// Run a command unchanged, and explain its failure. ¦ 原样执行命令，失败时解释原因。
#[derive(Debug, Args)]
pub struct Run {
    /// The command and its arguments, after --. ¦ 写在 -- 之后的命令及参数。
    #[arg(value_name = "COMMAND", trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    pub command: Vec<std::ffi::OsString>,
}

/// Look at profiles and check them. ¦ 查看和检查配置方案。
#[derive(Debug, Args)]
pub struct Profile {
    #[command(subcommand)]
    pub action: ProfileAction,
}

#[derive(Debug, Subcommand)]
pub enum ProfileAction {
    /// The profiles that come with gobs. ¦ 列出内置方案。
    List,
    /// A profile with what it extends, merged, and where each value comes from. ¦ 显示合并后的方案及每个值的出处。
    Show {
        /// Name, file or URL. ¦ 名称、文件或地址。
        profile: String,
        #[command(flatten)]
        pinned: Pinned,
    },
    /// Whether a profile is sound and safe. ¦ 检查方案是否正确、安全。
    Check {
        /// Name, file or URL. ¦ 名称、文件或地址。
        profile: String,
        #[command(flatten)]
        pinned: Pinned,
    },
    /// Print a commented profile to start from. ¦ 输出一份带注释的方案模板。
    New {
        /// Your organisation, for the texts. ¦ 组织名称，用在文字里。
        name: String,
    },
}

/// Print the completions for a shell, or the man page. ¦ 输出 shell 补全脚本或手册页。
#[derive(Debug, Args)]
pub struct Completions {
    /// For which shell, or the manual page. ¦ 哪种 shell，或手册页。
    #[arg(value_enum)]
    pub shell: ShellArg,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LangArg {
    En,
    Zh,
}

impl From<LangArg> for Lang {
    fn from(lang: LangArg) -> Lang {
        match lang {
            LangArg::En => Lang::En,
            LangArg::Zh => Lang::Zh,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorArg {
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PlainFormat {
    #[default]
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    #[default]
    Text,
    Json,
    Markdown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PrintArg {
    Sh,
    Dockerfile,
    Github,
    Gitlab,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ShellArg {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Man,
}

/// The language asked for, found before anything is parsed, so that mistakes are told in it.
pub fn lang_of(args: &[std::ffi::OsString]) -> Option<Lang> {
    let words: Vec<&str> =
        args.iter().filter_map(|arg| arg.to_str()).take_while(|arg| *arg != "--").collect();
    let value = words.iter().enumerate().find_map(|(at, word)| match word.strip_prefix("--lang") {
        Some("") => words.get(at + 1).copied(),
        Some(rest) => rest.strip_prefix('='),
        None => None,
    })?;
    LangArg::from_str(value, true).ok().map(Lang::from)
}

/// The command line's grammar, with its help in one language.
pub fn command(lang: Lang) -> clap::Command {
    in_one_language(Cli::command(), lang, &|_| true)
}

/// The same for a command line: verbs that it does not name have their summary only.
pub fn command_for(lang: Lang, args: &[OsString]) -> clap::Command {
    in_one_language(Cli::command(), lang, &|verb| args.iter().any(|arg| arg == verb))
}

fn in_one_language(command: clap::Command, lang: Lang, whole: &dyn Fn(&str) -> bool) -> clap::Command {
    let keep = |text: &clap::builder::StyledStr| {
        let text = text.to_string();
        let one = match (text.split_once(" ¦ "), lang) {
            (Some((en, _)), Lang::En) => en,
            (Some((_, zh)), Lang::Zh) => zh,
            (None, _) => &text,
        };
        one.to_owned()
    };
    let summed_up = |command: clap::Command| match command.get_about().map(keep) {
        Some(about) => command.about(about),
        None => command,
    };
    let command = summed_up(command);
    let zh = lang == Lang::Zh;
    let command = command
        .mut_args(|arg| {
            let help = arg.get_help().map(keep);
            let arg = match help {
                Some(help) if zh => values_in_chinese(arg, &help),
                Some(help) => arg.help(help),
                None => arg,
            };
            match (arg.get_help_heading(), zh) {
                (Some("Global options"), true) => arg.help_heading("通用选项"),
                _ => arg,
            }
        })
        .mut_subcommands(|sub| match whole(sub.get_name()) {
            true => in_one_language(sub, lang, &|_| true),
            false => summed_up(sub),
        });
    own_help(command, zh)
}

/// clap lists values and defaults in English: said in the help itself instead.
fn values_in_chinese(arg: clap::Arg, help: &str) -> clap::Arg {
    if !arg.get_action().takes_values() {
        return arg.help(help.to_owned());
    }
    let values: Vec<String> =
        arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    let mut help = help.trim_end_matches('。').to_owned();
    if !values.is_empty() {
        help += &format!("，可选 {}", values.join("、"));
    }
    if let Some(default) = arg.get_default_values().first() {
        help += &format!("，默认 {}", default.to_string_lossy());
    }
    arg.help(help + "。").hide_possible_values(true).hide_default_value(true)
}

/// clap's own words for `-h` and `-V`, and its headings, in Chinese.
fn own_help(command: clap::Command, zh: bool) -> clap::Command {
    let version = command.get_version().is_some();
    let (help, version_help, options, commands, arguments) = if zh {
        ("显示帮助", "显示版本", "选项", "命令", "参数")
    } else {
        ("Print help", "Print version", "Options", "Commands", "Arguments")
    };
    let heading = if zh { Some(options) } else { None };
    let mut command = command
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(clap::Arg::new("help").short('h').long("help").action(clap::ArgAction::Help).help(help));
    if version {
        command = command.arg(
            clap::Arg::new("version")
                .short('V')
                .long("version")
                .action(clap::ArgAction::Version)
                .help(version_help),
        );
    }
    if zh {
        command = command.subcommand_help_heading(commands).subcommand_value_name("命令").mut_args(|arg| {
            let fallback = if arg.is_positional() { Some(arguments) } else { heading };
            match (arg.get_help_heading(), fallback) {
                (None, Some(heading)) => arg.help_heading(heading),
                _ => arg,
            }
        });
        command = command.help_template(ZH_TEMPLATE);
    }
    command
}

const ZH_TEMPLATE: &str = "{before-help}{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";
