package io.agentdb.sync.ui;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.web.problem.BodyTooLarge;
import io.agentdb.sync.web.problem.Breakdown;
import io.agentdb.sync.web.problem.NotHere;
import io.agentdb.sync.web.problem.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.ui.ExtendedModelMap;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.util.DisconnectedClientHelper;

/**
 * Whatever fails on the way to a page: a page that says what, or a note for a page that is open. Never an empty one.
 */
@ControllerAdvice(basePackageClasses = PageFailures.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
public class PageFailures {

    private final PageFrame frame;

    PageFailures(PageFrame frame) {
        this.frame = frame;
    }

    @ExceptionHandler
    @Nullable ModelAndView failed(Exception e, HttpServletRequest request, HttpServletResponse response)
            throws Exception {
        if (response.isCommitted()) {
            throw e;
        }
        if (DisconnectedClientHelper.isClientDisconnectedException(e)) {
            return null;
        }
        if (e instanceof Refusal refusal) {
            return told(request, response, refusal.getStatusCode(), refusal.getBody().getDetail());
        }
        if (e instanceof NotHere || e instanceof MethodArgumentTypeMismatchException) {
            return told(request, response, HttpStatus.NOT_FOUND,
                    e instanceof NotHere ? e.getMessage() : "There is nothing under this address.");
        }
        if (e instanceof InvalidInput invalid) {
            return told(request, response, HttpStatus.BAD_REQUEST, String.join("; ", flaws(invalid)));
        }
        if (e instanceof BodyTooLarge) {
            return told(request, response, HttpStatus.CONTENT_TOO_LARGE, e.getMessage());
        }
        Breakdown breakdown = Breakdown.of(e, "look before you repeat it");
        return told(request, response, switch (breakdown.cause()) {
            case DISK_FULL -> HttpStatus.INSUFFICIENT_STORAGE;
            case DATABASE -> HttpStatus.SERVICE_UNAVAILABLE;
            case UNFORESEEN -> HttpStatus.INTERNAL_SERVER_ERROR;
        }, breakdown.words());
    }

    /** What is wrong, a line for each field. */
    public static List<String> flaws(InvalidInput invalid) {
        return invalid.flaws().stream().map(flaw -> (flaw.field() + " " + flaw.message()).strip()).toList();
    }

    ModelAndView told(HttpServletRequest request, HttpServletResponse response, HttpStatusCode status,
            @Nullable String words) {
        ExtendedModelMap model = new ExtendedModelMap();
        boolean partly = Notes.isPartly(request);
        if (partly) {
            // A note beside what was there: a part that could not be read keeps what it showed.
            response.setHeader("HX-Retarget", "#notes");
            response.setHeader("HX-Reswap", "beforeend");
            model.addAttribute("note", Notes.bad(words == null ? "It failed." : words));
        } else {
            frame.fill(request, model);
            model.addAttribute("why", words).addAttribute("status", status.value())
                    .addAttribute("active", "");
        }
        ModelAndView view = new ModelAndView(partly ? "ui/parts :: note" : "ui/failure", model);
        view.setStatus(status);
        return view;
    }
}
