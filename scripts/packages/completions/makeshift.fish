# fish: the program says itself what may stand next. Where it says nothing, a file may.
function __makeshift_complete
    set -l words (commandline -opc) (commandline -ct)
    $words[1] complete $words[2..-1] 2>/dev/null | string match '*'
    or __fish_complete_path (commandline -ct)
end
complete -c makeshift -f -a '(__makeshift_complete)'
