package io.agentdb.sync.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.web.problem.ProblemPage;
import jakarta.servlet.ServletContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.context.support.WebApplicationContextUtils;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Whatever endpoints there are: none ignores what it does not know. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StrictRequestsTest {

    private final HttpClient http = HttpClient.newHttpClient();
    private TestNode node;
    private int seen;

    @BeforeAll
    void start() {
        node = TestNode.start("strict");
    }

    @AfterAll
    void stop() {
        node.close();
    }

    @Test
    void unknownParameters_areRefused_byEveryEndpoint() {
        each((endpoint, method) -> refused(endpoint + "?nonsense=1", null, "nonsense"));
        assertThat(seen).isGreaterThan(45);
    }

    @Test
    void unknownMembers_areRefused_inEveryBody() {
        each((endpoint, method) -> {
            boolean takes = Arrays.stream(method.getMethodParameters())
                    .anyMatch(one -> one.hasParameterAnnotation(RequestBody.class));
            if (!endpoint.startsWith("GET ") && !endpoint.equals("POST /import")) {
                refused(endpoint, "{\"nonsense\": 1}", takes ? "nonsense" : "must be empty");
            }
        });
    }

    /** Of every endpoint of ours, its method and a path as good as any. */
    private void each(BiConsumer<String, HandlerMethod> check) {
        seen = 0;
        Map<RequestMappingInfo, HandlerMethod> endpoints =
                WebApplicationContextUtils.getRequiredWebApplicationContext(node.bean(ServletContext.class))
                        .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                        .getHandlerMethods();
        endpoints.forEach((info, method) -> {
            if ((method.getBeanType().getPackageName() + ".").startsWith(
                    StrictRequestsTest.class.getPackageName() + ".")
                    && method.getBeanType() != ProblemPage.class) {
                String path = info.getPatternValues().iterator().next().replace("{counter}", "1")
                        .replaceAll("/conflicts/\\{id}", "/conflicts/1")
                        .replace("/nodes/{id}", "/nodes/x").replace("{id}", UUID.randomUUID().toString())
                        .replace("{kind}", "skills")
                        .replaceAll("\\{\\w+}", "x");
                info.getMethodsCondition().getMethods().forEach(verb -> {
                    seen++;
                    check.accept(verb + " " + path, method);
                });
            }
        });
    }

    private void refused(String endpoint, String body, String what) {
        String[] parts = endpoint.split(" ");
        HttpRequest request = HttpRequest.newBuilder(URI.create(node.url(parts[1])))
                .header("Content-Type", "application/json")
                .method(parts[0], body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body)).build();
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            // There is no such record to change: its body is not looked at.
            if (answer.statusCode() != 404 || body == null) {
                assertThat(answer.statusCode()).as(endpoint + " " + answer.body()).isEqualTo(400);
                assertThat(answer.body()).as(endpoint).contains(what);
            }
        } catch (Exception e) {
            throw new IllegalStateException(endpoint, e);
        }
    }
}
