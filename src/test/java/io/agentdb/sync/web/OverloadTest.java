package io.agentdb.sync.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.web.LiveMemory.Answer;
import io.agentdb.sync.web.problem.Refusal;
import io.agentdb.sync.web.request.BodyBudget;
import io.agentdb.sync.web.request.ConcurrencyLimit;
import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** What many at once, or slow ones, can take of a process. */
class OverloadTest {

    @Test
    void slowExports_leaveTheApiToOthers_andASecondOnesEndMakesRoom() throws Exception {
        try (LiveMemory api = new LiveMemory("--spring.datasource.hikari.maximum-pool-size=4")) {
            // More than what sockets hold, so that each waits for its reader.
            api.jdbc.sql("insert into skills (name, code) select 's' || i, repeat('x', 1000000) from"
                    + " generate_series(1, 40) as i").update();
            List<Socket> readers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Socket reader = new Socket("127.0.0.1", api.port());
                readers.add(reader);
                reader.getOutputStream().write("GET /export HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(
                        StandardCharsets.US_ASCII));
                assertThat(reader.getInputStream().read()).isEqualTo('H');
            }
            Answer third = api.get("/export");
            assertThat(third.status()).isEqualTo(429);
            assertThat(third.header("Retry-After")).isEqualTo("10");
            assertThat(api.get("/edges").status()).isEqualTo(200);
            for (Socket reader : readers) {
                // With an answer unread, closing it resets the connection.
                reader.close();
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> api.get("/export?kinds=edges").status() == 200);
        }
    }

    @Test
    void turns_areGivenBack() {
        ConcurrencyLimit turn = new ConcurrencyLimit(2, "digests");
        turn.take();
        try (ConcurrencyLimit.Taken second = turn.take()) {
            assertThatThrownBy(turn::take).isInstanceOfSatisfying(
                    Refusal.class, refusal -> assertThat(refusal.getStatusCode().value()).isEqualTo(429));
        }
        assertThatCode(turn::take).doesNotThrowAnyException();
    }

    @Test
    void bodies_haveOneBudget_whichEachGivesBackWithItsRequest() {
        BodyBudget budget = new BodyBudget(64 << 20);
        ServletRequestAttributes first = new ServletRequestAttributes(new MockHttpServletRequest());
        ServletRequestAttributes second = new ServletRequestAttributes(new MockHttpServletRequest());
        try {
            RequestContextHolder.setRequestAttributes(first);
            budget.take(JsonText.MAX_BYTES - 2048);
            budget.takeMore(1);
            RequestContextHolder.setRequestAttributes(second);
            budget.takeMore(1024);
            assertThatThrownBy(() -> budget.takeMore(1)).isInstanceOfSatisfying(Refusal.class, refusal -> {
                assertThat(refusal.getStatusCode().value()).isEqualTo(503);
                assertThat(refusal.getHeaders().getFirst("Retry-After")).isEqualTo("1");
            });
            first.requestCompleted();
            assertThatCode(() -> budget.take(JsonText.MAX_BYTES - 1024)).doesNotThrowAnyException();
        } finally {
            RequestContextHolder.resetRequestAttributes();
        }
    }

    @Test
    void bodiesOfEveryLength_areReadAndGivenBack() {
        try (LiveMemory api = new LiveMemory()) {
            byte[] body = ("{\"name\":\"large\",\"code\":\"" + "x".repeat(3 << 20) + "\"}")
                    .getBytes(StandardCharsets.UTF_8);
            long most = Math.max(JsonText.MAX_BYTES, Runtime.getRuntime().maxMemory() / 32);
            for (long sent = 0; sent < most + 4 * body.length; sent += 2L * body.length) {
                assertThat(api.send("POST", "/skills", "application/json", BodyPublishers.ofByteArray(body)).status())
                        .isIn(201, 409);
                assertThat(api.stream("/skills", "application/json", () -> new ByteArrayInputStream(body)).status())
                        .isEqualTo(409);
            }
        }
    }
}
