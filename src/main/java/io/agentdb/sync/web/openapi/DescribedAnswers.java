package io.agentdb.sync.web.openapi;

import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Says of every operation with which statuses it answers: those of {@link AnswersWith}, and those that follow. */
final class DescribedAnswers implements OperationCustomizer {

    /** Of every operation: unknown parameters, no login, a viewer, failed logins, an incident, no database. */
    private static final List<Integer> OF_ALL = List.of(400, 401, 403, 429, 500, 503);
    private static final List<Integer> OF_BODIES = List.of(413, 415);
    private static final int OF_PATHS = 404;
    private static final int OF_WRITES = 507;
    private static final int OK = 200;
    private static final int NOTHING = 204;
    private static final int FAILURE = 400;
    private static final Map<Integer, String> SUCCESS = Map.of(OK, "Done", 201, "Made", 202, "Under way", NOTHING,
            "Done; there is nothing to say");

    @Override
    public Operation customize(Operation operation, HandlerMethod method) {
        ApiResponses given = Optional.ofNullable(operation.getResponses()).orElseGet(ApiResponses::new);
        ApiResponses all = new ApiResponses();
        statuses(operation, method).forEach(status -> {
            String name = String.valueOf(status);
            // What an annotation has described stays: the errors of another protocol are no problems.
            all.addApiResponse(name, status >= FAILURE && given.containsKey(name) ? given.get(name)
                    : status >= FAILURE ? new ApiResponse().$ref(ProblemModel.response(status))
                    : success(status, method, given));
        });
        operation.setResponses(all);
        return operation;
    }

    private static TreeSet<Integer> statuses(Operation operation, HandlerMethod method) {
        TreeSet<Integer> statuses = new TreeSet<>(OF_ALL);
        AnswersWith answers = method.getMethodAnnotation(AnswersWith.class);
        if (answers != null) {
            for (int status : answers.value()) {
                statuses.add(status);
            }
        }
        if (statuses.first() >= FAILURE) {
            ResolvableType returned = ResolvableType.forMethodParameter(method.getReturnType());
            statuses.add(returned.hasGenerics() && returned.getGeneric(0).resolve() == Void.class ? NOTHING : OK);
        }
        if (operation.getParameters() != null && operation.getParameters().stream().map(Parameter::getIn)
                .anyMatch("path"::equals)) {
            statuses.add(OF_PATHS);
        }
        if (operation.getRequestBody() != null) {
            statuses.addAll(OF_BODIES);
        }
        if (!AnnotatedElementUtils.hasAnnotation(method.getMethod(), GetMapping.class)) {
            statuses.add(OF_WRITES);
        }
        return statuses;
    }

    private static ApiResponse success(int status, HandlerMethod method, ApiResponses given) {
        ApiResponse answer = new ApiResponse().description(SUCCESS.get(status));
        ApiResponse own = given.get(String.valueOf(status));
        ApiResponse source = own == null ? given.get(String.valueOf(OK)) : own;
        if (status != NOTHING && source != null) {
            answer.setContent(method.getReturnType().getParameterType() == SseEmitter.class ? events()
                    : source.getContent());
        }
        if (status == 201) {
            answer.addHeaderObject(HttpHeaders.LOCATION, new Header().description("Where it is.")
                    .schema(new StringSchema()));
        }
        return answer;
    }

    private static Content events() {
        return new Content().addMediaType(org.springframework.http.MediaType.TEXT_EVENT_STREAM_VALUE,
                new MediaType().schema(new StringSchema().description("Server-sent events.")));
    }
}
