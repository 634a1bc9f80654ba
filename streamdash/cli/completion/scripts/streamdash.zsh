#compdef streamdash
# Completion of streamdash in zsh. `streamdash completion zsh` prints it; save it as _streamdash in
# a folder of $fpath, or put this in ~/.zshrc after compinit:
#     source <(streamdash completion zsh)

_streamdash() {
    local program=${(Q)words[1]} kind line
    local -a lines whole begun
    [[ $program == "~/"* ]] && program=$HOME/${program#"~/"}
    lines=("${(@f)$("$program" completion words zsh "${(@)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)}")
    kind=$lines[1]
    for line in "${(@)lines[2,-1]}"; do
        # a name that ends in a colon or an equals sign goes on
        if [[ $line == *(\\:|=) ]]; then
            begun+=("$line")
        else
            whole+=("$line")
        fi
    done
    local found=1
    (($#whole)) && _describe -V 'streamdash' whole && found=0
    (($#begun)) && _describe -V 'streamdash' begun -S '' && found=0
    if [[ $kind == files ]]; then
        compset -P '--*='
        _files && found=0
    fi
    return found
}

if [[ $funcstack[1] == _streamdash ]]; then
    _streamdash "$@"
else
    compdef _streamdash streamdash
fi
