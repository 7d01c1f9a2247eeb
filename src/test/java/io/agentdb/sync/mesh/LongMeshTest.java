package io.agentdb.sync.mesh;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;

/**
 * More nodes, and schedules that nobody has seen yet:
 * {@code ./mvnw -Plong test -Dtest=LongMeshTest -Dmesh.schedules=100}.
 */
@Tag("long")
class LongMeshTest extends MeshScenarioTest {

    @Override
    LongStream seeds() {
        long first = System.currentTimeMillis();
        return LongStream.range(first, first + Long.getLong("mesh.schedules", 12));
    }

    @Override
    int nodes() {
        return 5;
    }
}
