// Completion for bash, from the command line's own table. Called by tree.ts.
import { COMMANDS, optionsOf } from '../../src/console/arguments.js'

/** Words that may follow a command. */
const WORDS: Readonly<Record<string, string>> = {
  mode: 'auto manual maintenance',
  fence: 'prove off on',
  board: 'test',
  disk: 'list prepare create compare verify'
}
const FILES = ['check-config', 'trace']

const caseOf = (name: string): string => {
  const words = [WORDS[name] ?? '', ...optionsOf(name)].filter(word => word !== '').join(' ')
  const files = FILES.includes(name) ? ' -f' : ''
  return `    ${name}) mapfile -t COMPREPLY < <(compgen${files} -W '${words}' -- "$word") ;;`
}

/** The file for /usr/share/bash-completion/completions. */
export const completion = (): string => `# Completion of the baton command for bash; made with the package.
_baton() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command='' each
  COMPREPLY=()
  case $before in
    --config|--socket|--serial) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    --board) mapfile -t COMPREPLY < <(compgen -W 'a b' -- "$word"); return ;;
  esac
  for each in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $each in -*) ;; *) command=$each; break ;; esac
  done
  case $command in
    '') mapfile -t COMPREPLY < <(compgen -W '${COMMANDS.join(' ')} --version' -- "$word") ;;
${COMMANDS.map(caseOf).join('\n')}
  esac
}
complete -F _baton baton
`
