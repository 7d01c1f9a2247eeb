package io.agentdb.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.ClassPathResource;

/** What a node does now and then. */
class ScheduledTasksTest {

    /** Or taking tokens away would wait for whatever the others wait for: a database, a name server. */
    @Test
    void everyTask_hasAThreadOfItsOwn() throws IOException {
        List<Path> sources;
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            sources = files.filter(Files::isRegularFile).toList();
        }
        int tasks = 0;
        for (Path source : sources) {
            tasks += (int) Files.readAllLines(source).stream().filter(line -> line.contains(" @Scheduled(")).count();
        }
        YamlPropertiesFactoryBean settings = new YamlPropertiesFactoryBean();
        settings.setResources(new ClassPathResource("application.yml"));
        assertThat(settings.getObject()).containsEntry("spring.task.scheduling.pool.size", tasks);
    }
}
