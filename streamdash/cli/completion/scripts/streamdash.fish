# Completion of streamdash in fish. `streamdash completion fish` prints it; save it as
#     ~/.config/fish/completions/streamdash.fish

function __streamdash_words
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~/' "$HOME/" -- $before[1])
    set -l raw
    if set -q before[2]
        set raw (string escape -- $before[2..-1])
    end
    set -l lines (command $program completion words fish $raw "$current" 2>/dev/null)
    if set -q lines[2]
        printf '%s\n' $lines[2..-1]
    end
    if test "$lines[1]" = files
        # fish completes the whole word, with the option in `--config=FILE`
        set -l option (string match -r -- '^--[a-z-]+=' $current)
        set -l start (string replace -- "$option" '' $current)
        switch "$start"
            case '"*' "'*"
                set start (string sub -s 2 -- $start)
            case '*'
                set start (string unescape -- "$start")
        end
        for path in (__fish_complete_path "$start")
            printf '%s%s\n' "$option" $path
        end
    end
end

complete -c streamdash -f -a '(__streamdash_words)'
