# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_gobs_global_optspecs
    string join \n lang= color= v/verbose q/quiet C= h/help V/version
end

function __fish_gobs_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_gobs_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_gobs_using_subcommand
    set -l cmd (__fish_gobs_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c gobs -n "__fish_gobs_needs_command" -l lang -d 'Language of messages; default: from the locale.' -r -f -a "en\t''
zh\t''"
complete -c gobs -n "__fish_gobs_needs_command" -l color -d 'When to colour.' -r -f -a "auto\t''
always\t''
never\t''"
complete -c gobs -n "__fish_gobs_needs_command" -s C -d 'Run as if started in DIR.' -r -F
complete -c gobs -n "__fish_gobs_needs_command" -s v -l verbose -d 'Show every command run, file read and URL asked, with times.'
complete -c gobs -n "__fish_gobs_needs_command" -s q -l quiet -d 'Only the report itself.'
complete -c gobs -n "__fish_gobs_needs_command" -s h -l help -d 'Print help'
complete -c gobs -n "__fish_gobs_needs_command" -s V -l version -d 'Print version'
complete -c gobs -n "__fish_gobs_needs_command" -f -a "init" -d 'Write the settings of a profile: Go, git, ssh and the shell, as one change.'
complete -c gobs -n "__fish_gobs_needs_command" -f -a "doctor" -d 'Look at everything that breaks Go here, and say what is wrong, with evidence.'
complete -c gobs -n "__fish_gobs_needs_command" -f -a "fix" -d 'Repair what is safe to repair of the doctor\'s findings.'
complete -c gobs -n "__fish_gobs_needs_command" -f -a "undo" -d 'Take back the last change, or the one named.'
complete -c gobs -n "__fish_gobs_needs_command" -f -a "explain" -d 'Explain a log: the root cause, with evidence and a safe next step.'
complete -c gobs -n "__fish_gobs_needs_command" -f -a "run" -d 'Run a command unchanged, and explain its failure.'
complete -c gobs -n "__fish_gobs_needs_command" -f -a "trace" -d 'Walk the way go takes to a module, hop by hop, and say where and why it ends.'
complete -c gobs -n "__fish_gobs_needs_command" -f -a "verify" -d 'Verify modules: go.sum against the module cache, the checksum database and the proxies, and say who is wrong.'
complete -c gobs -n "__fish_gobs_needs_command" -f -a "profile" -d 'Look at profiles and check them.'
complete -c gobs -n "__fish_gobs_needs_command" -f -a "completions" -d 'Print the completions for a shell, or the man page.'
complete -c gobs -n "__fish_gobs_using_subcommand init" -l profile -d 'enterprise, offline, xinchuang, a TOML file, or an https URL.' -r
complete -c gobs -n "__fish_gobs_using_subcommand init" -l private -d 'A host with private modules, [ssh://|https://][user@]host[:port][/path]; may be repeated.' -r
complete -c gobs -n "__fish_gobs_using_subcommand init" -l set -d 'A variable of the profile (proxy=…) or a Go variable (GOFLAGS=…); may be repeated.' -r
complete -c gobs -n "__fish_gobs_using_subcommand init" -l print -d 'Print the settings as text for a CI job or an image instead of writing them.' -r -f -a "sh\t''
dockerfile\t''
github\t''
gitlab\t''"
complete -c gobs -n "__fish_gobs_using_subcommand init" -l sha256 -d 'SHA-256 of the profile at a URL, in hexadecimal.' -r
complete -c gobs -n "__fish_gobs_using_subcommand init" -l ca -d 'A PEM file with the authority to trust when fetching the profile.' -r -F
complete -c gobs -n "__fish_gobs_using_subcommand init" -l format -d 'Form of the report.' -r -f -a "text\t''
json\t''"
complete -c gobs -n "__fish_gobs_using_subcommand init" -l lang -d 'Language of messages; default: from the locale.' -r -f -a "en\t''
zh\t''"
complete -c gobs -n "__fish_gobs_using_subcommand init" -l color -d 'When to colour.' -r -f -a "auto\t''
always\t''
never\t''"
complete -c gobs -n "__fish_gobs_using_subcommand init" -s C -d 'Run as if started in DIR.' -r -F
complete -c gobs -n "__fish_gobs_using_subcommand init" -l dry-run -d 'Show what would change, and change nothing.'
complete -c gobs -n "__fish_gobs_using_subcommand init" -l check -d 'Exit 1 if something would change; change nothing.'
complete -c gobs -n "__fish_gobs_using_subcommand init" -s y -l yes -d 'Never ask.'
complete -c gobs -n "__fish_gobs_using_subcommand init" -l offline -d 'Make no connection: do not ask the proxy what it relays.'
complete -c gobs -n "__fish_gobs_using_subcommand init" -l no-proof -d 'Do not ask go, git and ssh afterwards whether the settings are in force.'
complete -c gobs -n "__fish_gobs_using_subcommand init" -l desktop -d 'Also set the proxy variables for programs that the desktop starts, such as an IDE (~/.config/environment.d).'
complete -c gobs -n "__fish_gobs_using_subcommand init" -l root -d 'Write for the root account, also under sudo.'
complete -c gobs -n "__fish_gobs_using_subcommand init" -s h -l help -d 'Print help'
complete -c gobs -n "__fish_gobs_using_subcommand init" -s v -l verbose -d 'Show every command run, file read and URL asked, with times.'
complete -c gobs -n "__fish_gobs_using_subcommand init" -s q -l quiet -d 'Only the report itself.'
complete -c gobs -n "__fish_gobs_using_subcommand doctor" -l only -d 'Only these checks: ids, areas, globs.' -r
complete -c gobs -n "__fish_gobs_using_subcommand doctor" -l skip -d 'Without these checks.' -r
complete -c gobs -n "__fish_gobs_using_subcommand doctor" -l module -d 'Walk the way go takes to this module, too.' -r
complete -c gobs -n "__fish_gobs_using_subcommand doctor" -l format -d 'Form of the report.' -r -f -a "text\t''
json\t''
markdown\t''"
complete -c gobs -n "__fish_gobs_using_subcommand doctor" -l lang -d 'Language of messages; default: from the locale.' -r -f -a "en\t''
zh\t''"
complete -c gobs -n "__fish_gobs_using_subcommand doctor" -l color -d 'When to colour.' -r -f -a "auto\t''
always\t''
never\t''"
complete -c gobs -n "__fish_gobs_using_subcommand doctor" -s C -d 'Run as if started in DIR.' -r -F
complete -c gobs -n "__fish_gobs_using_subcommand doctor" -l offline -d 'Make no connection at all.'
complete -c gobs -n "__fish_gobs_using_subcommand doctor" -l quick -d 'Leave out what hashes the module cache.'
complete -c gobs -n "__fish_gobs_using_subcommand doctor" -l strict -d 'Exit 1 on warnings, too.'
complete -c gobs -n "__fish_gobs_using_subcommand doctor" -l list -d 'List the checks and run none.'
complete -c gobs -n "__fish_gobs_using_subcommand doctor" -s h -l help -d 'Print help'
complete -c gobs -n "__fish_gobs_using_subcommand doctor" -s v -l verbose -d 'Show every command run, file read and URL asked, with times.'
complete -c gobs -n "__fish_gobs_using_subcommand doctor" -s q -l quiet -d 'Only the report itself.'
complete -c gobs -n "__fish_gobs_using_subcommand fix" -l module -d 'The module whose way is mended, PATH or PATH@VERSION; default: those the project needs.' -r
complete -c gobs -n "__fish_gobs_using_subcommand fix" -l format -d 'Form of the report.' -r -f -a "text\t''
json\t''"
complete -c gobs -n "__fish_gobs_using_subcommand fix" -l lang -d 'Language of messages; default: from the locale.' -r -f -a "en\t''
zh\t''"
complete -c gobs -n "__fish_gobs_using_subcommand fix" -l color -d 'When to colour.' -r -f -a "auto\t''
always\t''
never\t''"
complete -c gobs -n "__fish_gobs_using_subcommand fix" -s C -d 'Run as if started in DIR.' -r -F
complete -c gobs -n "__fish_gobs_using_subcommand fix" -l dry-run -d 'Show what would change, and change nothing.'
complete -c gobs -n "__fish_gobs_using_subcommand fix" -s y -l yes -d 'Never ask.'
complete -c gobs -n "__fish_gobs_using_subcommand fix" -l offline -d 'Make no connection at all.'
complete -c gobs -n "__fish_gobs_using_subcommand fix" -l root -d 'Write for the root account, also under sudo.'
complete -c gobs -n "__fish_gobs_using_subcommand fix" -s h -l help -d 'Print help'
complete -c gobs -n "__fish_gobs_using_subcommand fix" -s v -l verbose -d 'Show every command run, file read and URL asked, with times.'
complete -c gobs -n "__fish_gobs_using_subcommand fix" -s q -l quiet -d 'Only the report itself.'
complete -c gobs -n "__fish_gobs_using_subcommand undo" -l format -d 'Form of the report.' -r -f -a "text\t''
json\t''"
complete -c gobs -n "__fish_gobs_using_subcommand undo" -l lang -d 'Language of messages; default: from the locale.' -r -f -a "en\t''
zh\t''"
complete -c gobs -n "__fish_gobs_using_subcommand undo" -l color -d 'When to colour.' -r -f -a "auto\t''
always\t''
never\t''"
complete -c gobs -n "__fish_gobs_using_subcommand undo" -s C -d 'Run as if started in DIR.' -r -F
complete -c gobs -n "__fish_gobs_using_subcommand undo" -l list -d 'Show the history.'
complete -c gobs -n "__fish_gobs_using_subcommand undo" -l dry-run -d 'Show what would change, and change nothing.'
complete -c gobs -n "__fish_gobs_using_subcommand undo" -s y -l yes -d 'Never ask.'
complete -c gobs -n "__fish_gobs_using_subcommand undo" -l root -d 'Write for the root account, also under sudo.'
complete -c gobs -n "__fish_gobs_using_subcommand undo" -s h -l help -d 'Print help'
complete -c gobs -n "__fish_gobs_using_subcommand undo" -s v -l verbose -d 'Show every command run, file read and URL asked, with times.'
complete -c gobs -n "__fish_gobs_using_subcommand undo" -s q -l quiet -d 'Only the report itself.'
complete -c gobs -n "__fish_gobs_using_subcommand explain" -l format -d 'Form of the report.' -r -f -a "text\t''
json\t''
markdown\t''"
complete -c gobs -n "__fish_gobs_using_subcommand explain" -l lang -d 'Language of messages; default: from the locale.' -r -f -a "en\t''
zh\t''"
complete -c gobs -n "__fish_gobs_using_subcommand explain" -l color -d 'When to colour.' -r -f -a "auto\t''
always\t''
never\t''"
complete -c gobs -n "__fish_gobs_using_subcommand explain" -s C -d 'Run as if started in DIR.' -r -F
complete -c gobs -n "__fish_gobs_using_subcommand explain" -l probe -d 'Look on this machine at the facts that tell the causes apart; the default where a log is piped in on a terminal.'
complete -c gobs -n "__fish_gobs_using_subcommand explain" -l no-probe -d 'Look at nothing but the log.'
complete -c gobs -n "__fish_gobs_using_subcommand explain" -l list -d 'List every kind and check that has a page.'
complete -c gobs -n "__fish_gobs_using_subcommand explain" -s h -l help -d 'Print help'
complete -c gobs -n "__fish_gobs_using_subcommand explain" -s v -l verbose -d 'Show every command run, file read and URL asked, with times.'
complete -c gobs -n "__fish_gobs_using_subcommand explain" -s q -l quiet -d 'Only the report itself.'
complete -c gobs -n "__fish_gobs_using_subcommand run" -l lang -d 'Language of messages; default: from the locale.' -r -f -a "en\t''
zh\t''"
complete -c gobs -n "__fish_gobs_using_subcommand run" -l color -d 'When to colour.' -r -f -a "auto\t''
always\t''
never\t''"
complete -c gobs -n "__fish_gobs_using_subcommand run" -s C -d 'Run as if started in DIR.' -r -F
complete -c gobs -n "__fish_gobs_using_subcommand run" -s h -l help -d 'Print help'
complete -c gobs -n "__fish_gobs_using_subcommand run" -s v -l verbose -d 'Show every command run, file read and URL asked, with times.'
complete -c gobs -n "__fish_gobs_using_subcommand run" -s q -l quiet -d 'Only the report itself.'
complete -c gobs -n "__fish_gobs_using_subcommand trace" -l profile -d 'As if this profile were in force; nothing is written.' -r
complete -c gobs -n "__fish_gobs_using_subcommand trace" -l format -d 'Form of the report.' -r -f -a "text\t''
json\t''"
complete -c gobs -n "__fish_gobs_using_subcommand trace" -l lang -d 'Language of messages; default: from the locale.' -r -f -a "en\t''
zh\t''"
complete -c gobs -n "__fish_gobs_using_subcommand trace" -l color -d 'When to colour.' -r -f -a "auto\t''
always\t''
never\t''"
complete -c gobs -n "__fish_gobs_using_subcommand trace" -s C -d 'Run as if started in DIR.' -r -F
complete -c gobs -n "__fish_gobs_using_subcommand trace" -l offline -d 'Make no connection: show only what the settings decide.'
complete -c gobs -n "__fish_gobs_using_subcommand trace" -s h -l help -d 'Print help'
complete -c gobs -n "__fish_gobs_using_subcommand trace" -s v -l verbose -d 'Show every command run, file read and URL asked, with times.'
complete -c gobs -n "__fish_gobs_using_subcommand trace" -s q -l quiet -d 'Only the report itself.'
complete -c gobs -n "__fish_gobs_using_subcommand verify" -l format -d 'Form of the report.' -r -f -a "text\t''
json\t''
markdown\t''"
complete -c gobs -n "__fish_gobs_using_subcommand verify" -l lang -d 'Language of messages; default: from the locale.' -r -f -a "en\t''
zh\t''"
complete -c gobs -n "__fish_gobs_using_subcommand verify" -l color -d 'When to colour.' -r -f -a "auto\t''
always\t''
never\t''"
complete -c gobs -n "__fish_gobs_using_subcommand verify" -s C -d 'Run as if started in DIR.' -r -F
complete -c gobs -n "__fish_gobs_using_subcommand verify" -l all -d 'The whole module cache.'
complete -c gobs -n "__fish_gobs_using_subcommand verify" -l deep -d 'Ask every proxy for every module, not only for those in doubt.'
complete -c gobs -n "__fish_gobs_using_subcommand verify" -l offline -d 'Make no connection at all.'
complete -c gobs -n "__fish_gobs_using_subcommand verify" -l strict -d 'Exit 1 on warnings and where nothing could be proven, too.'
complete -c gobs -n "__fish_gobs_using_subcommand verify" -s h -l help -d 'Print help'
complete -c gobs -n "__fish_gobs_using_subcommand verify" -s v -l verbose -d 'Show every command run, file read and URL asked, with times.'
complete -c gobs -n "__fish_gobs_using_subcommand verify" -s q -l quiet -d 'Only the report itself.'
complete -c gobs -n "__fish_gobs_using_subcommand profile; and not __fish_seen_subcommand_from list show check new" -l lang -d 'Language of messages; default: from the locale.' -r -f -a "en\t''
zh\t''"
complete -c gobs -n "__fish_gobs_using_subcommand profile; and not __fish_seen_subcommand_from list show check new" -l color -d 'When to colour.' -r -f -a "auto\t''
always\t''
never\t''"
complete -c gobs -n "__fish_gobs_using_subcommand profile; and not __fish_seen_subcommand_from list show check new" -s C -d 'Run as if started in DIR.' -r -F
complete -c gobs -n "__fish_gobs_using_subcommand profile; and not __fish_seen_subcommand_from list show check new" -s h -l help -d 'Print help'
complete -c gobs -n "__fish_gobs_using_subcommand profile; and not __fish_seen_subcommand_from list show check new" -s v -l verbose -d 'Show every command run, file read and URL asked, with times.'
complete -c gobs -n "__fish_gobs_using_subcommand profile; and not __fish_seen_subcommand_from list show check new" -s q -l quiet -d 'Only the report itself.'
complete -c gobs -n "__fish_gobs_using_subcommand profile; and not __fish_seen_subcommand_from list show check new" -f -a "list" -d 'The profiles that come with gobs.'
complete -c gobs -n "__fish_gobs_using_subcommand profile; and not __fish_seen_subcommand_from list show check new" -f -a "show" -d 'A profile with what it extends, merged, and where each value comes from.'
complete -c gobs -n "__fish_gobs_using_subcommand profile; and not __fish_seen_subcommand_from list show check new" -f -a "check" -d 'Whether a profile is sound and safe.'
complete -c gobs -n "__fish_gobs_using_subcommand profile; and not __fish_seen_subcommand_from list show check new" -f -a "new" -d 'Print a commented profile to start from.'
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from list" -l lang -d 'Language of messages; default: from the locale.' -r -f -a "en\t''
zh\t''"
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from list" -l color -d 'When to colour.' -r -f -a "auto\t''
always\t''
never\t''"
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from list" -s C -d 'Run as if started in DIR.' -r -F
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Show every command run, file read and URL asked, with times.'
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Only the report itself.'
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from show" -l sha256 -d 'SHA-256 of the profile at a URL, in hexadecimal.' -r
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from show" -l ca -d 'A PEM file with the authority to trust when fetching the profile.' -r -F
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from show" -l lang -d 'Language of messages; default: from the locale.' -r -f -a "en\t''
zh\t''"
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from show" -l color -d 'When to colour.' -r -f -a "auto\t''
always\t''
never\t''"
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from show" -s C -d 'Run as if started in DIR.' -r -F
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Show every command run, file read and URL asked, with times.'
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Only the report itself.'
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from check" -l sha256 -d 'SHA-256 of the profile at a URL, in hexadecimal.' -r
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from check" -l ca -d 'A PEM file with the authority to trust when fetching the profile.' -r -F
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from check" -l lang -d 'Language of messages; default: from the locale.' -r -f -a "en\t''
zh\t''"
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from check" -l color -d 'When to colour.' -r -f -a "auto\t''
always\t''
never\t''"
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from check" -s C -d 'Run as if started in DIR.' -r -F
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Show every command run, file read and URL asked, with times.'
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Only the report itself.'
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from new" -l lang -d 'Language of messages; default: from the locale.' -r -f -a "en\t''
zh\t''"
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from new" -l color -d 'When to colour.' -r -f -a "auto\t''
always\t''
never\t''"
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from new" -s C -d 'Run as if started in DIR.' -r -F
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from new" -s h -l help -d 'Print help'
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from new" -s v -l verbose -d 'Show every command run, file read and URL asked, with times.'
complete -c gobs -n "__fish_gobs_using_subcommand profile; and __fish_seen_subcommand_from new" -s q -l quiet -d 'Only the report itself.'
complete -c gobs -n "__fish_gobs_using_subcommand completions" -l lang -d 'Language of messages; default: from the locale.' -r -f -a "en\t''
zh\t''"
complete -c gobs -n "__fish_gobs_using_subcommand completions" -l color -d 'When to colour.' -r -f -a "auto\t''
always\t''
never\t''"
complete -c gobs -n "__fish_gobs_using_subcommand completions" -s C -d 'Run as if started in DIR.' -r -F
complete -c gobs -n "__fish_gobs_using_subcommand completions" -s h -l help -d 'Print help'
complete -c gobs -n "__fish_gobs_using_subcommand completions" -s v -l verbose -d 'Show every command run, file read and URL asked, with times.'
complete -c gobs -n "__fish_gobs_using_subcommand completions" -s q -l quiet -d 'Only the report itself.'
