package io.agentdb.sync.search.index;

import io.agentdb.sync.embedding.TextModel;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Whether this process can tell what texts mean. Without, the node works as well, and finds records by their words.
 * Thread-safe.
 */
@Component
public class Meaning {

    /** Why it can or cannot. */
    public enum Readiness {
        /** The setting {@code agentdb.search.meaning} says no. */
        OFF("off"),
        /** The model, or what it has made, is being loaded: for some seconds after the start. */
        LOADING("loading"),
        READY("ready"),
        /** The setting says yes, but the jar was built without a model. */
        NO_MODEL("no-model"),
        /** The model could not be loaded; the log says why. */
        FAILED("failed");

        private final String word;

        Readiness(String word) {
            this.word = word;
        }

        /** As answers have it. */
        @Override
        public String toString() {
            return word;
        }
    }

    private static final Logger log = LoggerFactory.getLogger(Meaning.class);

    private final Supplier<Optional<TextModel>> source;
    private volatile Readiness state;
    private volatile @Nullable TextModel model;

    @Autowired
    Meaning(SearchSettings settings) {
        this(settings.meaning(), () -> ServiceLoader.load(TextModel.class).findFirst());
    }

    public Meaning(boolean wanted, Supplier<Optional<TextModel>> source) {
        this.source = source;
        this.state = wanted ? Readiness.LOADING : Readiness.OFF;
    }

    public Readiness state() {
        return state;
    }

    /** The model once it is there. */
    Optional<TextModel> model() {
        return Optional.ofNullable(model);
    }

    /**
     * The vector of a question, or of another text, where there is a model that works; takes some milliseconds.
     *
     * @param text as somebody has typed it
     */
    public Optional<float[]> of(String text) {
        return state == Readiness.READY ? model().flatMap(one -> embed(one, text)) : Optional.empty();
    }

    private Optional<float[]> embed(TextModel one, String text) {
        try {
            return Optional.of(one.embed(text));
        } catch (RuntimeException e) {
            failed(e);
            return Optional.empty();
        }
    }

    /** Tries once; takes about a second. */
    synchronized void load() {
        if (state != Readiness.LOADING || model != null) {
            return;
        }
        try {
            source.get().ifPresentOrElse(found -> {
                // Loaded is what has worked once: a native library that lacks something would fail every search.
                found.embed("ready");
                model = found;
            }, () -> {
                state = Readiness.NO_MODEL;
                log.warn("agentdb.search.meaning is on, but this node was built without a model (-Pmeaning, or the"
                        + " image built with MEANING=true): records are found by their words");
            });
        } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
            failed(e);
        }
    }

    /** What the model has made so far is at hand. */
    void ready() {
        if (state == Readiness.LOADING && model != null) {
            log.info("Records are found by their meaning, too");
            state = Readiness.READY;
        }
    }

    void failed(Throwable e) {
        state = Readiness.FAILED;
        model = null;
        Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
        log.warn("The model of texts' meaning does not work, and records are found by their words until the node is"
                + " started again: {}",
                Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName()));
    }
}
