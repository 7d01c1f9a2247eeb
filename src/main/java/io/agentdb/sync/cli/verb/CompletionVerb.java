package io.agentdb.sync.cli.verb;

import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.client.Exit;
import io.agentdb.sync.cli.shell.FishCompletion;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What a shell completes by. The one who runs it adds the other verbs beside it. */
@Command(name = "completion", description = "A script for your shell: source <(agentdb-sync completion bash), or"
        + " agentdb-sync completion fish | source.")
public final class CompletionVerb extends Verb implements Callable<Integer> {

    @Parameters(paramLabel = "bash|zsh|fish")
    String shell = "";

    @Override
    public Integer call() {
        if (shell.equals("fish")) {
            out().line(FishCompletion.script(spec.root().commandLine()));
            return done();
        }
        if (!shell.equals("bash") && !shell.equals("zsh")) {
            throw new CommandFailure(Exit.USAGE, "there is one for bash, zsh and fish, not for '" + shell + "'");
        }
        // For zsh as well: picocli's script switches that shell's own bash completion on.
        out().line(AutoComplete.bash("agentdb-sync", spec.root().commandLine()));
        return done();
    }
}
