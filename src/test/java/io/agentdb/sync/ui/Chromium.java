package io.agentdb.sync.ui;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A real browser without a screen. Where none is installed, its tests are left out, except in CI, where they fail. */
public final class Chromium {

    private Chromium() {
    }

    public static ChromeDriver start(boolean dark, int width) {
        Path driver = found("chromedriver");
        Path browser = found("chromium", "google-chrome");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(browser.toString());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                "--no-first-run", "--disable-background-networking", "--window-size=" + width + ",900",
                "--blink-settings=preferredColorScheme=" + (dark ? 0 : 1));
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriver started = new ChromeDriver(new ChromeDriverService.Builder()
                .usingDriverExecutable(driver.toFile()).build(), options);
        started.manage().timeouts().pageLoadTimeout(Duration.ofSeconds(60));
        return started;
    }

    private static Path found(String... names) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator)).flatMap(
                place -> Stream.of(names).map(name -> Path.of(place, name))).filter(Files::isExecutable).findFirst()
                .orElseGet(() -> missing(List.of(names)));
    }

    private static Path missing(List<String> names) {
        String what = "THE PAGES ARE NOT TESTED IN A BROWSER: there is no " + String.join(" or ", names)
                + "; install Debian's packages chromium and chromium-driver";
        if (Boolean.getBoolean("CI") || Boolean.parseBoolean(System.getenv("CI"))) {
            throw new IllegalStateException(what);
        }
        System.err.println(what);
        return abort(what);
    }
}
