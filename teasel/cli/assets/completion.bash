# bash completion for teasel; made by `teasel completion bash`. It never starts the program.

# $1: the verbs so far. Sets `verbs` (that may follow), `options`, and `valued` (options that take a value).
_teasel_declared() {
  verbs='' options='' valued=''
  case $1 in
@DECLARED@
  esac
}

# $1: the verbs, and an option or the number of a place. Offers what may stand there.
_teasel_argument() {
  case $1 in
@ARGUMENTS@
  esac
}

# $1: the key of a setting. Offers the words that may stand behind it.
_teasel_setting_words() {
  case $1 in
@SETTINGS@
  esac
}

_teasel_setting_keys='@KEYS@'

# Offers words that begin like `value`; `lead` is what stands before it in the same word.
_teasel_words() { mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -P "$lead" -W "$1" -- "$value"); }

# $1: words, parted by commas on the command line.
_teasel_parted() {
  [[ $value != *,* ]] || lead+=${value%,*}, value=${value##*,}
  _teasel_words "$1"
  compopt -o nospace 2>/dev/null
}

_teasel_folders() {
  compopt -o filenames 2>/dev/null
  mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -P "$lead" -d -- "$value")
}

# $1: how their names end; empty: any.
_teasel_files() {
  _teasel_folders
  local file
  while IFS= read -r file; do
    [[ -d $file ]] || COMPREPLY+=("$lead$file")
  done < <(compgen -f -X "!*$1" -- "$value")
}

_teasel_settings() {
  if [[ $value == *=* ]]; then
    local key=${value%%=*}
    lead+=$key= value=${value#*=}
    _teasel_setting_words "$key"
  else
    mapfile -t COMPREPLY < <(compgen -P "$lead" -S = -W "$_teasel_setting_keys" -- "$value")
    compopt -o nospace 2>/dev/null
  fi
}

# Bash parts words at "=" and ":" too: sets `words` to what blanks part, up to the cursor.
_teasel_whole_words() {
  local rest=$COMP_LINE i
  words=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    if ((i > 0)) && [[ $rest != [[:blank:]]* ]]; then
      words[-1]+=${COMP_WORDS[i]}
    else
      words+=("${COMP_WORDS[i]}")
    fi
    rest=${rest#*"${COMP_WORDS[i]}"}
  done
}

_teasel() {
  local -a words
  local verbs options valued word i path='' option='' place=1 lead='' value current breaks=''
  COMPREPLY=()
  _teasel_whole_words
  current=${words[-1]}
  _teasel_declared ''
  for ((i = 1; i < ${#words[@]} - 1; i++)); do
    word=${words[i]}
    if [[ -n $option ]]; then
      option=''
    elif [[ " $valued " == *" $word "* ]]; then
      option=$word
    elif [[ $word == -* ]]; then
      :
    elif [[ " $verbs " == *" $word "* ]]; then
      path+=${path:+ }$word
      _teasel_declared "$path"
    else
      ((place++))
    fi
  done

  value=$current
  if [[ -n $option ]]; then
    _teasel_argument "$path $option"
  elif [[ $current == --*=* ]]; then
    lead=${current%%=*}=
    value=${current#*=}
    _teasel_argument "$path ${current%%=*}"
  elif [[ $current == -* ]]; then
    _teasel_words "$options"
  elif [[ -n $verbs ]]; then
    _teasel_words "$verbs"
  else
    _teasel_argument "$path $place"
    [[ -n $current || ${#COMPREPLY[@]} -gt 0 ]] || _teasel_words "$options"
  fi

  # Bash puts the reply behind the last character at which it parted the word.
  [[ $COMP_WORDBREAKS != *=* ]] || breaks+='='
  [[ $COMP_WORDBREAKS != *:* ]] || breaks+=':'
  if [[ -n $breaks && $current == *[$breaks]* ]]; then
    lead=${current%"${current##*[$breaks]}"}
    COMPREPLY=("${COMPREPLY[@]#"$lead"}")
  fi
}

complete -F _teasel teasel
