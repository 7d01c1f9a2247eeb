package io.agentdb.sync.web.request;

import java.beans.PropertyEditorSupport;
import java.util.UUID;
import org.springframework.web.bind.WebDataBinder;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.InitBinder;

/** Ids in paths: the JDK would read "1-1-1-1-1" as the id of something that nobody meant. */
@ControllerAdvice
public class StrictIds {

    @InitBinder
    void ids(WebDataBinder binder) {
        // An editor, not a converter: where a converter refuses, Spring falls back to its own lenient editor.
        binder.registerCustomEditor(UUID.class, new PropertyEditorSupport() {
            @Override
            public void setAsText(String text) {
                UUID id = UUID.fromString(text);
                if (!id.toString().equalsIgnoreCase(text)) {
                    throw new IllegalArgumentException("not a UUID");
                }
                setValue(id);
            }
        });
    }
}
