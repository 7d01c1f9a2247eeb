package io.agentdb.sync.ui;

import io.agentdb.sync.web.access.PageAccess;
import io.agentdb.sync.web.problem.NotHere;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Signing in and out, the way to the pages, and what they say of themselves. */
@Controller
class SignInController {

    private static final String HOME = "/ui/";
    private static final String TO_HOME = "redirect:" + HOME;

    private final PageAccess access;

    SignInController(PageAccess access) {
        this.access = access;
    }

    /** Of browsers alone; whoever asks for JSON is told that there is nothing. */
    @GetMapping(path = {"/", "/ui"}, produces = "text/html")
    String root() {
        return TO_HOME;
    }

    @GetMapping("/ui/login")
    String form(@RequestParam(required = false) @Nullable String to,
            @RequestParam(required = false) @Nullable String lost, HttpServletRequest request, Model model) {
        if (access.open() || request.getUserPrincipal() != null) {
            return TO_HOME;
        }
        model.addAttribute("to", place(to)).addAttribute("name", "").addAttribute("why", lost == null ? null
                : "Your session has ended, and what you have just sent was not done. Sign in, and do it again.");
        return "ui/login";
    }

    @PostMapping("/ui/login")
    String signIn(Form form, HttpServletRequest request, HttpServletResponse response, Model model) {
        String to = place(form.text("to"));
        String name = form.text("name").strip();
        PageAccess.SignIn result = access.open() ? PageAccess.SignIn.DONE
                : access.signIn(request, response, name, form.text("secret"));
        if (result == PageAccess.SignIn.DONE) {
            return "redirect:" + to;
        }
        boolean wrong = result == PageAccess.SignIn.WRONG;
        response.setStatus((wrong ? HttpStatus.FORBIDDEN : HttpStatus.TOO_MANY_REQUESTS).value());
        if (!wrong) {
            response.setHeader("Retry-After", "60");
        }
        model.addAttribute("to", to).addAttribute("name", name).addAttribute("why", wrong
                ? "This name with this password, or this token, is not one of this node's."
                : "Too many failed attempts came from your address, or too many are being looked at. Try again in a"
                        + " minute.");
        return "ui/login";
    }

    @PostMapping("/ui/logout")
    String signOut(HttpServletRequest request, HttpServletResponse response) {
        access.signOut(request, response);
        return "redirect:/ui/login";
    }

    @GetMapping("/ui/help")
    String help(Model model) {
        model.addAttribute("active", "help");
        return "ui/help";
    }

    /** Anything else under the pages' roof. */
    @RequestMapping("/ui/**")
    String nothing(HttpServletRequest request) {
        throw new NotHere("There is no page at " + request.getRequestURI() + ".");
    }

    /** Where to go afterwards: a page of ours, whatever a link says. */
    private static String place(@Nullable String to) {
        return to != null && to.matches("/ui/[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*") && !to.startsWith("/ui/log") ? to
                : HOME;
    }
}
