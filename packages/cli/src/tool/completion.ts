// Completion scripts: each shell hands the words typed so far to `chipswitch complete`, which knows them all.
import { usage } from '../frame/outcome.ts';
import type { RunVerb } from '../frame/verb.ts';

const scripts: Readonly<Record<string, string>> = {
  bash: `_chipswitch() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do COMPREPLY+=("\${line%%$'\\t'*}"); done \\
    < <(chipswitch complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  [ "\${#COMPREPLY[@]}" -eq 0 ] && compopt -o default 2>/dev/null
  return 0
}
complete -F _chipswitch chipswitch`,
  zsh: `_chipswitch() {
  local -a found
  local line
  while IFS= read -r line; do
    found+=("\${line%%$'\\t'*}:\${line#*$'\\t'}")
  done < <(chipswitch complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#found} )); then _describe 'chipswitch' found; else _files; fi
}
compdef _chipswitch chipswitch`,
  fish: `function __chipswitch_complete
  set -l words (commandline -opc) (commandline -ct)
  chipswitch complete -- $words[2..-1] 2>/dev/null
end
complete -c chipswitch -a '(__chipswitch_complete)'`,
  powershell: `Register-ArgumentCompleter -Native -CommandName chipswitch -ScriptBlock {
  param($word, $ast, $cursor)
  $words = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($word -eq '') { $words += '' }
  chipswitch complete -- @words 2>$null | ForEach-Object {
    $name, $text = $_ -split "\`t", 2
    [System.Management.Automation.CompletionResult]::new($name, $name, 'ParameterValue', "$text ")
  }
}`,
};

/** `chipswitch completion SHELL`. */
export const run: RunVerb = ({ args }) => {
  const [shell] = args.positionals;
  const script = shell !== undefined && Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (script === undefined) {
    const known = Object.keys(scripts).join(', ');
    return usage('UNKNOWN_SHELL', `completion is made for ${known}`, 'chipswitch completion bash');
  }
  return { ok: true, data: { shell, script }, text: () => [script] };
};
