package io.agentdb.sync.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.attach.AttachSettings.AttachMode;
import io.agentdb.sync.attach.AttachSettings.DeleteMode;
import io.agentdb.sync.attach.AttachSettings.FileToAttach;
import io.agentdb.sync.memory.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class AttachSettingsTest {

    @Test
    void defaults_areTheDocumentedOnes() {
        FileToAttach file = bind("agentdb.attach[0].path", "/f").attach().get(0);
        assertThat(file.mode()).isEqualTo(AttachMode.AUTO);
        assertThat(file.interval()).isEqualTo(Duration.ofMillis(250));
        assertThat(file.deletes()).isEqualTo(DeleteMode.PROPAGATE);
        assertThat(file.maxDeletes()).isEqualTo(1000);
        assertThat(file.kept()).isEqualTo(Kind.ALL);
        assertThat(bind().attach()).isEmpty();
    }

    @Test
    void whatCannotBe_isRefused() {
        assertThatThrownBy(() -> bind("agentdb.attach[0].kinds", "skills")).rootCause()
                .hasMessageContaining("path is missing");
        assertThatThrownBy(() -> bind("agentdb.attach[0].path", "/f", "agentdb.attach[0].kinds", "notes")).rootCause()
                .hasMessageContaining("unknown kind 'notes'");
        assertThatThrownBy(() -> bind("agentdb.attach[0].path", "/f", "agentdb.attach[0].interval", "1ms")).rootCause()
                .hasMessageContaining("at least 10ms");
        assertThatThrownBy(() -> bind("agentdb.attach[0].path", "/f", "agentdb.attach[0].max-deletes", "-1"))
                .rootCause().hasMessageContaining("from 0 to 1000000");
    }

    private static AttachSettings bind(String... settings) {
        Map<String, String> given = new TreeMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            given.put(settings[i], settings[i + 1]);
        }
        return new Binder(new MapConfigurationPropertySource(given)).bindOrCreate("agentdb", AttachSettings.class);
    }
}
