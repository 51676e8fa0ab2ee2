
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'gobs' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'gobs'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'gobs' {
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages; default: from the locale.')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour.')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR.')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only the report itself.')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only the report itself.')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write the settings of a profile: Go, git, ssh and the shell, as one change.')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Look at everything that breaks Go here, and say what is wrong, with evidence.')
            [CompletionResult]::new('fix', 'fix', [CompletionResultType]::ParameterValue, 'Repair what is safe to repair of the doctor''s findings.')
            [CompletionResult]::new('undo', 'undo', [CompletionResultType]::ParameterValue, 'Take back the last change, or the one named.')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain a log: the root cause, with evidence and a safe next step.')
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'Run a command unchanged, and explain its failure.')
            [CompletionResult]::new('trace', 'trace', [CompletionResultType]::ParameterValue, 'Walk the way go takes to a module, hop by hop, and say where and why it ends.')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Verify modules: go.sum against the module cache, the checksum database and the proxies, and say who is wrong.')
            [CompletionResult]::new('profile', 'profile', [CompletionResultType]::ParameterValue, 'Look at profiles and check them.')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions for a shell, or the man page.')
            break
        }
        'gobs;init' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'enterprise, offline, xinchuang, a TOML file, or an https URL.')
            [CompletionResult]::new('--private', '--private', [CompletionResultType]::ParameterName, 'A host with private modules, [ssh://|https://][user@]host[:port][/path]; may be repeated.')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'A variable of the profile (proxy=…) or a Go variable (GOFLAGS=…); may be repeated.')
            [CompletionResult]::new('--print', '--print', [CompletionResultType]::ParameterName, 'Print the settings as text for a CI job or an image instead of writing them.')
            [CompletionResult]::new('--sha256', '--sha256', [CompletionResultType]::ParameterName, 'SHA-256 of the profile at a URL, in hexadecimal.')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'A PEM file with the authority to trust when fetching the profile.')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the report.')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages; default: from the locale.')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour.')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR.')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, and change nothing.')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Exit 1 if something would change; change nothing.')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Never ask.')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Never ask.')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Make no connection: do not ask the proxy what it relays.')
            [CompletionResult]::new('--no-proof', '--no-proof', [CompletionResultType]::ParameterName, 'Do not ask go, git and ssh afterwards whether the settings are in force.')
            [CompletionResult]::new('--desktop', '--desktop', [CompletionResultType]::ParameterName, 'Also set the proxy variables for programs that the desktop starts, such as an IDE (~/.config/environment.d).')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Write for the root account, also under sudo.')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only the report itself.')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only the report itself.')
            break
        }
        'gobs;doctor' {
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Only these checks: ids, areas, globs.')
            [CompletionResult]::new('--skip', '--skip', [CompletionResultType]::ParameterName, 'Without these checks.')
            [CompletionResult]::new('--module', '--module', [CompletionResultType]::ParameterName, 'Walk the way go takes to this module, too.')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the report.')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages; default: from the locale.')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour.')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR.')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Make no connection at all.')
            [CompletionResult]::new('--quick', '--quick', [CompletionResultType]::ParameterName, 'Leave out what hashes the module cache.')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Exit 1 on warnings, too.')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'List the checks and run none.')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only the report itself.')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only the report itself.')
            break
        }
        'gobs;fix' {
            [CompletionResult]::new('--module', '--module', [CompletionResultType]::ParameterName, 'The module whose way is mended, PATH or PATH@VERSION; default: those the project needs.')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the report.')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages; default: from the locale.')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour.')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR.')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, and change nothing.')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Never ask.')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Never ask.')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Make no connection at all.')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Write for the root account, also under sudo.')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only the report itself.')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only the report itself.')
            break
        }
        'gobs;undo' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the report.')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages; default: from the locale.')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour.')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR.')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'Show the history.')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, and change nothing.')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Never ask.')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Never ask.')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Write for the root account, also under sudo.')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only the report itself.')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only the report itself.')
            break
        }
        'gobs;explain' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the report.')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages; default: from the locale.')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour.')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR.')
            [CompletionResult]::new('--probe', '--probe', [CompletionResultType]::ParameterName, 'Look on this machine at the facts that tell the causes apart; the default where a log is piped in on a terminal.')
            [CompletionResult]::new('--no-probe', '--no-probe', [CompletionResultType]::ParameterName, 'Look at nothing but the log.')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'List every kind and check that has a page.')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only the report itself.')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only the report itself.')
            break
        }
        'gobs;run' {
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages; default: from the locale.')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour.')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR.')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only the report itself.')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only the report itself.')
            break
        }
        'gobs;trace' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'As if this profile were in force; nothing is written.')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the report.')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages; default: from the locale.')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour.')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR.')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Make no connection: show only what the settings decide.')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only the report itself.')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only the report itself.')
            break
        }
        'gobs;verify' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the report.')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages; default: from the locale.')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour.')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR.')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'The whole module cache.')
            [CompletionResult]::new('--deep', '--deep', [CompletionResultType]::ParameterName, 'Ask every proxy for every module, not only for those in doubt.')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Make no connection at all.')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Exit 1 on warnings and where nothing could be proven, too.')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only the report itself.')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only the report itself.')
            break
        }
        'gobs;profile' {
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages; default: from the locale.')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour.')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR.')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only the report itself.')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only the report itself.')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'The profiles that come with gobs.')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'A profile with what it extends, merged, and where each value comes from.')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Whether a profile is sound and safe.')
            [CompletionResult]::new('new', 'new', [CompletionResultType]::ParameterValue, 'Print a commented profile to start from.')
            break
        }
        'gobs;profile;list' {
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages; default: from the locale.')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour.')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR.')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only the report itself.')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only the report itself.')
            break
        }
        'gobs;profile;show' {
            [CompletionResult]::new('--sha256', '--sha256', [CompletionResultType]::ParameterName, 'SHA-256 of the profile at a URL, in hexadecimal.')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'A PEM file with the authority to trust when fetching the profile.')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages; default: from the locale.')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour.')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR.')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only the report itself.')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only the report itself.')
            break
        }
        'gobs;profile;check' {
            [CompletionResult]::new('--sha256', '--sha256', [CompletionResultType]::ParameterName, 'SHA-256 of the profile at a URL, in hexadecimal.')
            [CompletionResult]::new('--ca', '--ca', [CompletionResultType]::ParameterName, 'A PEM file with the authority to trust when fetching the profile.')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages; default: from the locale.')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour.')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR.')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only the report itself.')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only the report itself.')
            break
        }
        'gobs;profile;new' {
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages; default: from the locale.')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour.')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR.')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only the report itself.')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only the report itself.')
            break
        }
        'gobs;completions' {
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages; default: from the locale.')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour.')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Run as if started in DIR.')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show every command run, file read and URL asked, with times.')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only the report itself.')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only the report itself.')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
