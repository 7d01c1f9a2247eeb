package io.agentdb.sync;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {

    @ParameterizedTest
    @ValueSource(strings = {"--server.port=8081", "--debug", "--trace", "--spring.profiles.active=example",
            "--agentdb.node.id=a", "--agentdb.node.id=",
        "--agentdb.server.authToken=x", "--agentdb.server.auth_token=x", "--AGENTDB.SERVER.PORT=1",
        "--agentdb.peers[0].name=b", "--agentdb.peers[0].kinds[1]=skills", "--agentdb.peers[0].filters.session-id=s",
        "--agentdb.server.tokens[1].permissions.full=none", "--agentdb.sync.conflict-strategies.skills=merge",
        "--agentdb.discovery.dns[0]=x", "--agentdb.discovery.dns=x,y", "--agentdb.quic.peers=h:1",
        "--agentdb.example.remote.server.port=1", "--agentdb.admin.open", "--logging.level.io.agentdb=debug",
        "--of-somebody=else", "--my.own.setting=1", "--spring.jpa.properties.x=1",
                "--spring.datasource.hikari.maximumPoolSize=5", "--management.server.port=1",
                        "--spring.config.import=x", ""})
    void settings_startANode(String argument) {
        assertThat(CommandLine.refused(argument)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "status|'status' is no argument", "--unknown|'--unknown' is no argument", "--halp|did you mean '--help'?",
                "--verson|did you mean '--version'?",
        "-v|'-v' is no argument", "server.port=8081|did you mean '--server.port=8081'?",
        "-Dserver.port=1|goes before -jar",
        "--agentdb.server.prot=1|'--agentdb.server.prot' is no setting; did you mean '--agentdb.server.port'?",
        "--agentdb.peers[0].adress=h:1|did you mean '--agentdb.peers[i].address'?",
        "--agentdb.nonsense.of.all.sorts=1|is no setting", "--serer.port=1|did you mean '--server.port'?",
        "--server.prot=1|did you mean '--server.port'?",
                "--spring.datasource.ur=jdbc:x|did you mean '--spring.datasource.url'?",
                        "--agentDb.nodes.id=1|did you mean '--agentdb.node.id'?"})
    void whatIsNotUnderstood_isRefused_withTheNearestThatIs(String argument, String words) {
        assertThat(CommandLine.refused("--server.port=0", argument)).hasValueSatisfying(why -> assertThat(why)
                .contains(words).contains("Nothing was started"));
    }
}
