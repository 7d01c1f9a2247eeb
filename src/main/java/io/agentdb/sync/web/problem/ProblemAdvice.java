package io.agentdb.sync.web.problem;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.InvalidInput.Flaw;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.MalformedJson;
import io.agentdb.sync.memory.RecordFull;
import io.agentdb.sync.memory.RuleBroken;
import io.agentdb.sync.memory.input.IdentityFixed;
import io.agentdb.sync.memory.store.RecordExists;
import io.agentdb.sync.memory.transfer.WalMissing;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.TypeMismatchException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import org.springframework.web.util.DisconnectedClientHelper;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;

/**
 * Every failure as an RFC 9457 problem that says what happened and what to do. What is not foreseen gets an incident's
 * id, under which the log has the rest: no stack trace, SQL or class name reaches a caller.
 */
@RestControllerAdvice
public class ProblemAdvice extends ResponseEntityExceptionHandler {

    private static final String RETRY_SECONDS = "5";

    @ExceptionHandler
    ResponseEntity<ProblemDetail> invalid(InvalidInput e) {
        if (e instanceof MalformedJson malformed) {
            return answer(malformed(malformed));
        }
        if (e instanceof WalMissing) {
            return answer(Problems.of(HttpStatus.UNPROCESSABLE_CONTENT, "wal-missing", "The file may not be whole",
                    e.getMessage()));
        }
        if (e instanceof RecordExists exists) {
            return answer(Problems.invalid(HttpStatus.CONFLICT, "exists", "The record exists", List.of(new Flaw("id",
                    exists.id() + " exists already; PUT /" + exists.kind() + "/" + exists.id()
                            + " replaces it, PATCH changes it"))));
        }
        if (e instanceof RecordFull) {
            return answer(Problems.invalid(HttpStatus.UNPROCESSABLE_CONTENT, "record-full", "The record is full",
                    e.flaws()));
        }
        if (e instanceof RuleBroken) {
            return answer(Problems.invalid(HttpStatus.CONFLICT, "refused", "The database refuses the record",
                    e.flaws()));
        }
        return answer(e instanceof IdentityFixed
                ? Problems.invalid(HttpStatus.CONFLICT, "identity", "This is another record", e.flaws())
                : Problems.invalid(HttpStatus.BAD_REQUEST, "validation", "The request is not valid", e.flaws()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> absent(NotHere e) {
        return answer(Problems.of(HttpStatus.NOT_FOUND, e.getMessage()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> tooLarge(BodyTooLarge e) {
        return answer(Problems.of(HttpStatus.CONTENT_TOO_LARGE, e.getMessage()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unexpected(Exception e, WebRequest request) throws Exception {
        failIfBegun(e, request);
        if (DisconnectedClientHelper.isClientDisconnectedException(e)) {
            // Nobody is left to answer, and a caller who hangs up is no incident.
            return ResponseEntity.badRequest().build();
        }
        Breakdown breakdown = Breakdown.of(e, "a PUT can be repeated safely");
        return switch (breakdown.cause()) {
            case DISK_FULL -> answer(Problems.of(HttpStatus.INSUFFICIENT_STORAGE, breakdown.words()));
            case DATABASE -> unavailable(breakdown.words());
            case UNFORESEEN -> {
                ProblemDetail problem = Problems.of(HttpStatus.INTERNAL_SERVER_ERROR, breakdown.words());
                problem.setProperty("incident", breakdown.incident().orElseThrow());
                yield answer(problem);
            }
        };
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception e, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return super.handleExceptionInternal(e, problem(e, body, status), headers, status, request);
    }

    private static ProblemDetail problem(Exception e, @Nullable Object body, HttpStatusCode status) {
        if (e instanceof Refusal refusal) {
            return refusal.getBody();
        }
        if (e instanceof NoResourceFoundException missing) {
            return Problems.of(status, "There is nothing at /" + missing.getResourcePath() + ".");
        }
        if (e instanceof MethodArgumentTypeMismatchException mismatch && mismatch.getRequiredType() == UUID.class) {
            return Problems.invalid(HttpStatus.BAD_REQUEST, "validation", "The request is not valid",
                    List.of(new Flaw(mismatch.getName(), "must be a UUID")));
        }
        if (e instanceof TypeMismatchException mismatch) {
            return Problems.invalid(HttpStatus.BAD_REQUEST, "validation", "The request is not valid", List.of(new Flaw(
                    String.valueOf(mismatch.getPropertyName()), "cannot be read from the value given")));
        }
        if (e instanceof MethodArgumentNotValidException invalid) {
            return Problems.invalid(HttpStatus.BAD_REQUEST, "validation", "The request is not valid",
                    invalid.getFieldErrors().stream()
                            .map(error -> new Flaw(error.getField(), String.valueOf(error.getDefaultMessage())))
                                    .toList());
        }
        if (e instanceof HttpMessageNotReadableException unreadable) {
            return unreadable(unreadable);
        }
        if (e instanceof MaxUploadSizeExceededException) {
            return Problems.of(status, "The upload is too large.");
        }
        Object given = body == null && e instanceof ErrorResponse response ? response.getBody() : body;
        return Problems.of(status, given instanceof ProblemDetail detail && detail.getDetail() != null
                ? detail.getDetail() : "The request failed.");
    }

    private static ProblemDetail unreadable(HttpMessageNotReadableException e) {
        if (e.getCause() instanceof StreamReadException broken) {
            return malformed(JsonText.explained(broken));
        }
        if (e.getCause() instanceof JacksonException wrong) {
            String field = wrong.getPath().stream().map(step -> step.getPropertyName() == null
                    ? "[" + step.getIndex() + "]" : step.getPropertyName()).reduce((a, b) -> a + "." + b).orElse("");
            return Problems.invalid(HttpStatus.BAD_REQUEST, "validation", "The request is not valid",
                    List.of(new Flaw(field, "is unknown, or is not of the type that is wanted here")));
        }
        return Problems.of(HttpStatus.BAD_REQUEST, "The body is missing or cannot be read.");
    }

    private static ProblemDetail malformed(MalformedJson e) {
        ProblemDetail problem = Problems.of(HttpStatus.BAD_REQUEST, "malformed-json", "The body is not JSON",
                e.getMessage());
        if (e.line() > 0) {
            problem.setProperty("line", e.line());
            problem.setProperty("column", e.column());
        }
        return problem;
    }

    private static ResponseEntity<ProblemDetail> unavailable(String why) {
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE).header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS)
                .body(Problems.of(HttpStatus.SERVICE_UNAVAILABLE, why));
    }

    /** After the first bytes only breaking the connection off can tell the caller that the answer is not complete. */
    private static void failIfBegun(Exception e, WebRequest request) throws Exception {
        if (request instanceof ServletWebRequest servlet && servlet.getResponse() != null
                && servlet.getResponse().isCommitted()) {
            throw e;
        }
    }

    private static ResponseEntity<ProblemDetail> answer(ProblemDetail problem) {
        return ResponseEntity.status(problem.getStatus()).body(problem);
    }
}
