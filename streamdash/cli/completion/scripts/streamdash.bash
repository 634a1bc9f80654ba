# Completion of streamdash in bash. `streamdash completion bash` prints it; put this in ~/.bashrc:
#     source <(streamdash completion bash)
# With bash 3.2 of macOS: eval "$(streamdash completion bash)"

_streamdash() {
    local typed=$2 rest=$COMP_LINE words=() last=-1 at gap
    COMPREPLY=()
    if [[ $COMP_CWORD -gt 0 && ${COMP_WORDS[COMP_CWORD - 1]} == *[\<\>] ]]; then
        return 0 # bash completes the file of a redirection by itself
    fi
    # bash cuts words at the characters of COMP_WORDBREAKS, such as the colon of `openai:gpt`
    for ((at = 0; at <= COMP_CWORD; at++)); do
        gap=${rest%%[![:space:]]*}
        rest=${rest#"$gap"}
        rest=${rest#"${COMP_WORDS[at]}"}
        if [[ $at -eq 0 || -n $gap ]]; then
            last=$((last + 1))
            words[last]=${COMP_WORDS[at]}
        else
            words[last]+=${COMP_WORDS[at]}
        fi
    done
    # what is behind the cursor stays as it is
    local behind=${COMP_LINE:COMP_POINT}
    behind=${behind%%[[:space:]]*}
    words[last]=${words[last]%"$behind"}

    local program=${words[0]} line kind='' found=()
    [[ $program == "~/"* ]] && program=$HOME/${program:2}
    while IFS= read -r line; do
        if [[ -z $kind ]]; then
            kind=$line
        else
            found[${#found[@]}]=$line
        fi
    done < <("$program" completion words bash "${words[@]:1}" 2>/dev/null)

    # readline replaces only what follows the last cut, and adds the closing quote itself
    local current=${words[last]} cut
    cut=${current%"$typed"}
    case $current in
        [\"\']*) cut=${current:0:1} ;;
        *=[\"\']*) cut=${cut: -1}${cut%?} ;;
    esac
    for line in "${found[@]}"; do
        COMPREPLY[${#COMPREPLY[@]}]=${line#"$cut"}
    done
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[:=] ]]; then
        compopt -o nospace 2>/dev/null
    fi
    if [[ $kind != files ]]; then
        compopt +o default +o bashdefault 2>/dev/null
    elif [[ ${#COMPREPLY[@]} -gt 0 ]]; then
        # without a word, bash completes files by itself
        compopt -o filenames 2>/dev/null
        while IFS= read -r line; do
            COMPREPLY[${#COMPREPLY[@]}]=$line
        done < <(compgen -f -- "$typed")
    fi
    return 0
}

complete -o bashdefault -o default -F _streamdash streamdash
