// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Has Maven run tests, and says at the end what its reports say: the slowest modules, what was
 * skipped, what failed and how, and how many there were.
 *
 * <p>Arguments: the checkout; {@code test} or {@code soak}; {@code --changed [BASE]} for the
 * modules with changes since a commit, and those that depend on them; arguments for Maven.
 */
public final class TestRun {
  private static final int USAGE = 2;
  private static final int MAX_REASON_CHARS = 2_000;
  private static final int SLOWEST = 10;
  private static final int LAST_LINES = 200;

  private static final Pattern COLOUR = Pattern.compile("\u001B\\[[0-9;]*m");
  private static final Pattern MODULE =
      Pattern.compile("\\[INFO\\] (.+?) \\.+ (?:SUCCESS|FAILURE) \\[ *([0-9:.]+) (s|min|h)\\]");
  private static final Pattern PROPERTY = Pattern.compile("(?m)^ *@Property$");

  /** Long runs of tests that are usually short, and by which lines of theirs one knows. */
  private static final List<String> SOAK =
      List.of(
          "-pl",
          "bundles/core,bundles/transport.webrtc,itests/felix",
          "-am",
          "-Dtest=ScheduleTest,ReconnectTest",
          "-Dsurefire.failIfNoSpecifiedTests=false",
          "-Dsoak.schedules=10000",
          "-Dsoak.connects=1000",
          "-Dit.test=SigkillIT,SwapIT",
          "-Dfailsafe.failIfNoSpecifiedTests=false",
          "-Dsoak.kills=200",
          "-Ditests.heap=4g",
          "-Dsoak.swaps=20");

  private static final List<String> SOAKED =
      List.of(
          "[0-9]{5} schedules, nothing lost.*",
          "1000 connects; growth.*", "200 kills,.*", ".*visits, nothing lost.*");

  private static final Predicate<String> PROGRESS =
      Pattern.compile("^[0-9]+ (schedules|connects|kills|visits)").asPredicate();

  private static final List<String> PARSERS =
      List.of(
          "HostileRecordProperties",
          "HostileFrameProperties",
          "HostileRequestProperties",
          "HostileServiceProperties",
          "HostileSignalProperties",
          "HostileValueProperties",
          "GrammarProperties",
          "ProtocolProperties",
          "DescriptionProperties");

  /** Each of their inputs is written to a file, or run as a command. */
  private static final List<String> SLOW_PARSERS =
      List.of("HostileFileProperties", "HostileLineProperties", "HostileProfileProperties");

  private final Path root;
  private final FileTime began;
  private final List<String> output = new ArrayList<>();

  private TestRun(Path root) throws IOException {
    this.root = root;
    // The clock of the file system, which the reports are compared by.
    Path now = Files.createTempFile("chroniclesync-tests", null);
    began = Files.getLastModifiedTime(now);
    Files.delete(now);
  }

  public static void main(String[] args) throws Exception {
    TestRun run = new TestRun(Path.of(args[0]));
    List<String> words = List.of(args).subList(2, args.length);
    if (args[1].equals("soak")) {
      System.exit(run.soak(words));
    } else if (!words.isEmpty() && words.get(0).equals("--changed")) {
      System.exit(run.changed(words.subList(1, words.size())));
    }
    System.exit(run.verify(words));
  }

  private int verify(List<String> words) throws Exception {
    List<String> all = new ArrayList<>(List.of("--fail-at-end", "verify"));
    all.addAll(words);
    return summary(maven(all, line -> true));
  }

  // --- what changed

  private int changed(List<String> words) throws Exception {
    boolean named = !words.isEmpty() && !words.get(0).startsWith("-");
    String base = base(named ? words.get(0) : null);
    if (base == null) {
      return USAGE;
    }
    Set<String> modules = modules(base);
    if (modules.isEmpty()) {
      System.out.println("No module has changed since " + base + ".");
      return 0;
    }
    System.out.println("Changed since " + base + ": " + String.join(",", modules));
    List<String> more = named ? words.subList(1, words.size()) : words;
    if (modules.contains(".")) {
      return verify(more);
    }
    // Maven takes all others from its repository, so they are put there first.
    int built =
        maven(
            List.of("-q", "-Dmaven.test.skip=true", "-Darchetype.test.skip", "install"),
            line -> true);
    if (built != 0) {
      System.err.println("The build failed; see the messages above.");
      return built;
    }
    List<String> all = new ArrayList<>(List.of("-pl", String.join(",", modules), "-amd"));
    all.addAll(more);
    return verify(all);
  }

  private String base(String named) throws Exception {
    String base = named != null ? named : git("rev-parse", "-q", "--verify", "origin/main");
    String wanted = base.isEmpty() ? "HEAD" : base;
    String common = git("merge-base", wanted, "HEAD");
    if (common.isEmpty()) {
      System.err.println("There is no commit " + wanted + " to compare with.");
      return null;
    }
    return common;
  }

  private Set<String> modules(String base) throws Exception {
    Set<String> modules = new TreeSet<>();
    Stream.of(
            git("diff", "--name-only", "--no-renames", base, "--"),
            git("ls-files", "--others", "--exclude-standard"))
        .flatMap(String::lines)
        .map(this::module)
        .filter(module -> !module.isEmpty())
        .forEach(modules::add);
    return modules;
  }

  /**
   * The nearest folder above with a pom.xml. What concerns all modules is the module ".", the
   * scripts belong to the runtime, and no test reads the other files of the root.
   */
  private String module(String file) {
    if (file.equals("pom.xml") || file.startsWith(".mvn/")) {
      return ".";
    }
    if (file.equals("chroniclesync") || file.startsWith(".ci/")) {
      return "runtime";
    }
    Path folder = Path.of(file).getParent();
    while (folder != null && !Files.exists(root.resolve(folder).resolve("pom.xml"))) {
      folder = folder.getParent();
    }
    return folder == null ? "" : folder.toString();
  }

  private String git(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("git", "-C", root.toString()));
    command.addAll(List.of(words));
    Process git =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return git.waitFor() == 0 ? said : "";
  }

  // --- long runs

  private int soak(List<String> words) throws Exception {
    System.err.println(
        "Building, then 10,000 schedules, 1,000 connections, 200 kills, 20 rounds of swaps,"
            + " parsers ...");
    List<String> all = new ArrayList<>(List.of("verify"));
    all.addAll(SOAK);
    all.addAll(words);
    int status = maven(all, PROGRESS);
    output.stream()
        .dropWhile(line -> !line.contains("visits, nothing lost"))
        .takeWhile(line -> !line.startsWith("[INFO]"))
        .forEach(System.out::println);
    if (status != 0) {
      showLast();
    }
    for (String line : SOAKED) {
      if (output.stream().noneMatch(said -> said.matches(line))) {
        System.err.println("No test said: " + line);
        status = 1;
      }
    }
    status = Math.max(status, fuzz(1_000_000, PARSERS));
    return summary(Math.max(status, fuzz(100_000, SLOW_PARSERS)));
  }

  /** One class after another; a line for each says how it ended. */
  private int fuzz(int tries, List<String> names) throws Exception {
    int status = 0;
    for (String name : names) {
      status = Math.max(status, fuzz(tries, name));
    }
    return status;
  }

  /** Each property says how often it was tried, so none is left out unnoticed. */
  private int fuzz(int tries, String name) throws Exception {
    Path file;
    try (Stream<Path> all = Files.walk(root.resolve("bundles"))) {
      file =
          all.filter(of -> of.toString().contains("/src/test/"))
              .filter(of -> of.getFileName().toString().equals(name + ".java"))
              .findFirst()
              .orElseThrow(() -> new IllegalStateException("There is no " + name));
    }
    long due = PROPERTY.matcher(Files.readString(file)).results().count();
    output.clear();
    long began = System.nanoTime();
    int status =
        maven(
            List.of(
                "verify",
                "-pl",
                root.relativize(file).toString().replaceFirst("/src/.*", ""),
                "-am",
                "-Dtest=" + name,
                "-Dsurefire.failIfNoSpecifiedTests=false",
                "-Djqwik.tries.default=" + tries),
            line -> false);
    long tried = output.stream().filter(line -> line.startsWith("tries = " + tries + " ")).count();
    boolean passed = status == 0 && tried == due;
    System.out.printf(
        "%s: %s, %d of %d properties with %d inputs each, %d s%n",
        name,
        passed ? "passed" : "FAILED",
        tried,
        due,
        tries,
        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began));
    if (passed) {
      return 0;
    }
    showLast();
    return 1;
  }

  private void showLast() {
    output.stream().skip(Math.max(0, output.size() - LAST_LINES)).forEach(System.err::println);
  }

  // --- Maven

  /** What it says is kept without colours; shown is what the filter lets through. */
  private int maven(List<String> words, Predicate<String> shown) throws Exception {
    boolean terminal = Boolean.parseBoolean(System.getenv("CHRONICLESYNC_TERMINAL"));
    List<String> command = new ArrayList<>(List.of("mvn", "-B", "-ntp"));
    command.add("-Dstyle.color=" + (terminal ? "always" : "never"));
    command.addAll(words);
    Process maven =
        new ProcessBuilder(command)
            .directory(root.toFile())
            .redirectInput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (InputStream in = new BufferedInputStream(maven.getInputStream())) {
      for (byte[] line = line(in); line.length > 0; line = line(in)) {
        String text = new String(line, StandardCharsets.UTF_8).stripTrailing();
        String plain = COLOUR.matcher(text).replaceAll("");
        output.add(plain);
        if (shown.test(plain)) {
          System.out.write(line);
          System.out.flush();
        }
      }
    }
    return maven.waitFor();
  }

  /** The bytes of a line as they are, whatever the encoding, with its end; none at the end. */
  private static byte[] line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next;
    do {
      next = in.read();
      if (next >= 0) {
        line.write(next);
      }
    } while (next >= 0 && next != '\n');
    return line.toByteArray();
  }

  // --- summary

  private int summary(int status) throws Exception {
    Tally tally = new Tally();
    for (Path report : reports()) {
      tally.read(report);
    }
    if (tally.tests == 0) {
      System.err.println("No test ran.");
      return 1;
    }
    showSlowest();
    System.out.println();
    tally.skipped.forEach(test -> System.out.println("skipped: " + test));
    tally.failed.forEach(test -> System.out.println("failed: " + test));
    if (status != 0) {
      System.out.println("The build failed; see the messages above.");
    }
    System.out.printf(
        "%d passed, %d failed, %d skipped%n",
        tally.tests - tally.failures - tally.skips, tally.failures, tally.skips);
    return tally.failures > 0 ? 1 : status;
  }

  private void showSlowest() {
    record Took(double seconds, String module) {}
    List<Took> slowest =
        output.stream()
            .map(MODULE::matcher)
            .filter(Matcher::matches)
            .map(module -> new Took(seconds(module.group(2), module.group(3)), module.group(1)))
            .sorted(Comparator.comparingDouble(Took::seconds).reversed())
            .limit(SLOWEST)
            .toList();
    if (!slowest.isEmpty()) {
      System.out.println("\nThe slowest modules:");
      slowest.forEach(
          one ->
              System.out.println(
                  String.format(Locale.ROOT, "%8.1f s  %s", one.seconds(), one.module())));
    }
  }

  /** Maven gives {@code 1.5 s}, {@code 02:03 min} or {@code 01:02 h}. */
  private static double seconds(String time, String unit) {
    int colon = time.indexOf(':');
    double seconds =
        colon < 0
            ? Double.parseDouble(time)
            : Integer.parseInt(time.substring(0, colon)) * 60
                + Double.parseDouble(time.substring(colon + 1));
    return unit.equals("h") ? seconds * 60 : seconds;
  }

  private List<Path> reports() throws IOException {
    List<Path> reports = new ArrayList<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(TestRun::isReport).sorted().toList()) {
        if (Files.getLastModifiedTime(file).compareTo(began) >= 0) {
          reports.add(file);
        }
      }
    }
    return reports;
  }

  private static boolean isReport(Path file) {
    return file.toString()
        .matches(".*/target/([^/]+/)?(surefire|failsafe)-reports/TEST-[^/]*\\.xml");
  }

  private static final class Tally {
    private int tests;
    private int failures;
    private int skips;
    private final List<String> skipped = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();

    void read(Path report) throws IOException, XMLStreamException {
      XMLInputFactory factory = XMLInputFactory.newFactory();
      factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
      try (InputStream in = Files.newInputStream(report)) {
        XMLStreamReader reader = factory.createXMLStreamReader(in);
        String test = "";
        while (reader.hasNext()) {
          if (reader.next() == XMLStreamConstants.START_ELEMENT) {
            switch (reader.getLocalName()) {
              case "testsuite" -> count(reader);
              case "testcase" -> test = text(reader, "classname") + "." + text(reader, "name");
              case "skipped" -> skipped.add(test);
              case "failure", "error" -> failed.add(test + ": " + reason(reader));
              default -> {}
            }
          }
        }
      }
    }

    private void count(XMLStreamReader suite) {
      tests += number(suite, "tests");
      failures += number(suite, "failures") + number(suite, "errors");
      skips += number(suite, "skipped");
    }

    private static int number(XMLStreamReader element, String name) {
      String text = text(element, name);
      return text.isEmpty() ? 0 : Integer.parseInt(text);
    }

    private static String reason(XMLStreamReader failure) {
      String said = text(failure, "message").replaceAll("\\s", " ");
      return said.substring(0, Math.min(said.length(), MAX_REASON_CHARS));
    }

    private static String text(XMLStreamReader element, String name) {
      String text = element.getAttributeValue(null, name);
      return text == null ? "" : text;
    }
  }
}
