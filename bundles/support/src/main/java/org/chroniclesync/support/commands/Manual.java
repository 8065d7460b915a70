// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the prompt says of each command when it is asked for help. */
public final class Manual {
  private static final String JSON = Help.JSON_OPTION + "       " + Help.JSON;

  private static final String NDJSON = Help.NDJSON_OPTION + "     " + Help.NDJSON;

  private static final List<Page> PAGES =
      List.of(
          page("status", "", Help.STATUS, List.of(JSON), List.of("status")),
          page(
              "search",
              "[--limit N] [--more TEXT] WORDS",
              Help.SEARCH,
              List.of(
                  "--limit N    " + Help.MAX_RESULTS,
                  "--more TEXT  " + Help.MORE,
                  JSON,
                  NDJSON,
                  "\"a phrase\"   its words in a row      -word   pages without it",
                  "site:example.org                   title:word, url:word   only there",
                  "device:name, browser:name          where it was visited",
                  "before:2026-03, after:yesterday    when; also \"last week\", monday, 3 days ago"),
              List.of("search kubernetes ingress", "search what's new", "search \"a phrase\"")),
          page(
              "history",
              "[--limit N] [--after DATE] [--before DATE] [--page ADDRESS]",
              Help.HISTORY,
              List.of(
                  "--limit N      " + Help.MAX_VISITS,
                  "--after DATE   " + Help.AFTER,
                  "--before DATE  " + Help.BEFORE,
                  "--page ADDRESS " + Help.PAGE,
                  JSON,
                  NDJSON),
              List.of(
                  "history --limit 100",
                  "history --after yesterday --before today",
                  "history --ndjson --after 2026")),
          page(
              "watch",
              "[--ndjson]",
              Help.WATCH,
              List.of(
                  NDJSON, "If you read slower than visits come, it says that some are left out."),
              List.of("watch", "watch --ndjson")),
          page(
              "delete",
              "[ADDRESS] [OPTION…]",
              Help.DELETE,
              List.of(
                  "--host HOST    " + Help.HOST,
                  "--below        " + Help.BELOW,
                  "--device NAME  " + Help.DEVICE,
                  "--visit ID     " + Help.VISIT,
                  "--after DATE   " + Help.AFTER,
                  "--before DATE  " + Help.BEFORE,
                  "--search       " + Help.FOUND,
                  "--preview      " + Help.PREVIEW,
                  "--yes          " + Help.YES,
                  "--now          " + Help.NOW,
                  JSON,
                  "A visit is deleted if it meets all that is given. On a terminal it asks; a script",
                  "gives --yes or --preview, else nothing is deleted and it fails."),
              List.of(
                  "delete https://example.org/page",
                  "delete --host example.org --below --yes",
                  "delete --after yesterday --before today --device laptop",
                  "delete --search site:example.org title:secret")),
          page("undo", "[NUMBER]", Help.UNDO, List.of(JSON), List.of("undo", "undo 3")),
          page("deletions", "", Help.DELETIONS, List.of(JSON), List.of("deletions")),
          page(
              "devices",
              "[rename DEVICE NAME]",
              Help.DEVICES,
              List.of("rename       " + Help.DEVICE_WORDS, JSON),
              List.of("devices", "devices rename \"Chrome on laptop\" Work")),
          page(
              "peers",
              "",
              Help.PEERS,
              List.of("--known      " + Help.KNOWN, JSON),
              List.of("peers --known")),
          page(
              "why",
              "[DEVICE]",
              Help.WHY,
              List.of(JSON, "What it shows has private addresses: look before you show it around."),
              List.of("why laptop")),
          page("open", "", Help.OPEN, List.of(JSON), List.of("open")),
          page(
              "share",
              "[on|off|password|end ID|end all]",
              Help.SHARE,
              List.of(
                  "--port N               " + Help.SHARE_PORT,
                  "--password-file FILE   " + Help.PASSWORD_FILE,
                  JSON),
              List.of("share password", "share on", "share", "share end all", "share off")),
          page("sync", "", Help.SYNC, List.of(), List.of("sync")),
          page("health", "", Help.HEALTH, List.of(), List.of("health")),
          page(
              "profiles",
              "[vanished delete PROFILE|vanished keep PROFILE]",
              Help.PROFILES,
              List.of("vanished     " + Help.VANISHED_WORDS, JSON),
              List.of("profiles", "profiles vanished delete /home/me/.config/chromium/Default")),
          page(
              "import",
              "[--dry-run] [--device NAME] [FILE…]",
              Help.IMPORT,
              List.of(
                  "--dry-run    " + Help.DRY_RUN,
                  "--device NAME  " + Help.IMPORT_DEVICE,
                  JSON,
                  "Files are recognised by what is in them: databases of Chromium, Firefox and Safari,",
                  "exports of browsers and other programs, our own, and zip, tar and gzip archives."),
              List.of(
                  "import", "import --dry-run Takeout.zip", "import --device old-laptop backup/")),
          page(
              "export",
              "[--format FORMAT] [--after DATE] [--before DATE] [--device NAME] [--force] FILE [WORDS]",
              Help.EXPORT,
              List.of(
                  "--format FORMAT  " + Help.FORMAT,
                  "--after DATE     " + Help.AFTER,
                  "--before DATE    " + Help.BEFORE,
                  "--device NAME    " + Help.EXPORT_DEVICE,
                  "--force          " + Help.FORCE,
                  "FILE             - prints the export instead; not for sqlite",
                  "WORDS            as for search; without any, all visits"),
              List.of("export history.ndjson", "export --format csv - site:example.org")),
          page(
              "rules",
              "list | add [--account] RULE | remove [--account] RULE | test ADDRESS | apply [--yes]",
              Help.RULES,
              List.of(
                  "host NAME           leaves out a host; *.NAME also all below it",
                  "pattern TEXT        leaves out addresses; * is any text, as in *://*/private/*",
                  "regex TEXT          leaves out addresses in which RE2 finds it",
                  "scheme NAME         leaves out a scheme, such as ftp",
                  "months N [host NAME | device ID]",
                  "                    keeps visits for N months, then deletes them everywhere",
                  "secrets keep        keeps tokens, passwords and session ids in addresses",
                  "--account           " + Help.ACCOUNT,
                  "--yes               " + Help.RULES_YES,
                  "--json              " + Help.JSON,
                  "A rule holds for what comes from now on. apply has those of the account hold for"
                      + " all that is there,",
                  "  and those of this device for what its browsers recorded."),
              List.of(
                  "rules add --account host *.bank.example",
                  "rules test https://www.bank.example/account",
                  "rules apply --yes")),
          page(
              "services",
              "[list | add [--priority N] URL | remove URL]",
              Help.SERVICES,
              List.of(
                  "URL          of a discovery service, such as wss://discovery.example.org/",
                  "--priority   " + Help.PRIORITY,
                  "--json       " + Help.JSON,
                  "A device that joins later learns them, too. Those that one device alone uses are"
                      + " in its configuration."),
              List.of(
                  "services",
                  "services add wss://discovery.example.org/",
                  "services add --priority 1 wss://second.example.org/")),
          page(
              "pause",
              "[--forget] LENGTH",
              Help.PAUSE,
              List.of("--forget     " + Help.PAUSE_FORGET),
              List.of("pause 30m", "pause --forget 2h")),
          page("resume", "", Help.RESUME, List.of(), List.of("resume")),
          page(
              "pair",
              "[--show] [--stop]",
              Help.PAIR,
              List.of("--show       " + Help.PAIR_SHOW, "--stop       " + Help.PAIR_STOP, JSON),
              List.of("pair", "pair --show")),
          page(
              "join",
              "[CODE]",
              Help.JOIN,
              List.of(
                  "CODE                " + Help.CODE,
                  "--words             " + Help.TYPED,
                  "--words-file FILE   " + Help.WORDS_FILE),
              List.of("join", "join --words-file /root/words")),
          page(
              "renew",
              "[--yes]",
              Help.RENEW,
              List.of("--yes        " + Help.RENEW_YES),
              List.of("renew", "renew --yes")),
          page(
              "forget",
              "[--with-visits] [--preview] [--yes] DEVICE",
              Help.FORGET,
              List.of(
                  "DEVICE         " + Help.FORGOTTEN,
                  "--with-visits  " + Help.WITH_VISITS,
                  "--preview      " + Help.PREVIEW,
                  "--yes          " + Help.YES),
              List.of("forget laptop", "forget --with-visits laptop")),
          page("offer", "[--qr]", Help.OFFER, List.of("--qr         " + Help.QR), List.of("offer")),
          page(
              "answer",
              "[--qr] TEXT",
              Help.ANSWER,
              List.of(
                  "--qr         " + Help.QR, "TEXT         the offer, as text or as its code says"),
              List.of("answer TEXT")),
          page("accept", "TEXT", Help.ACCEPT, List.of(), List.of("accept TEXT")),
          page(
              "install",
              "[--keep] URL",
              "installs a bundle",
              List.of(
                  "--keep       starts it, and installs and starts it at each start of the node"),
              List.of("install --keep file:/folder/name.jar")),
          page("uninstall", "BUNDLE", "uninstalls a bundle", List.of(), List.of("uninstall 42")),
          page(
              "start",
              "BUNDLE…",
              "starts bundles, by number or name",
              List.of(),
              List.of("start org.chroniclesync.storage.memory")),
          page("stop", "BUNDLE…", "stops bundles; 0 is the node", List.of(), List.of("stop 0")),
          page(
              "update",
              "BUNDLE [URL]",
              "replaces a bundle by another version of it",
              List.of(),
              List.of("update 42 file:/folder/name.jar")),
          page(
              "refresh",
              "[BUNDLE…]",
              "wires bundles anew after an update",
              List.of(),
              List.of("refresh")),
          page(
              "help",
              "[COMMAND…]",
              "lists the commands, or explains those that are named",
              List.of(),
              List.of("help search")));

  /**
   * What is said of one command.
   *
   * @param name by which it is called
   * @param arguments what follows, as in a usage line; may be empty
   * @param summary a line without an end
   * @param options a line each
   * @param examples at least one
   */
  public record Page(
      String name, String arguments, String summary, List<String> options, List<String> examples) {
    /** The words of which one may follow the name; none if anything may. */
    public List<String> words() {
      return Stream.of(arguments.split("\\|"))
          .map(one -> one.replaceAll("[\\[\\]]", " ").strip().split(" ")[0])
          .filter(one -> one.matches("[a-z]+"))
          .distinct()
          .toList();
    }

    String usage() {
      return arguments.isEmpty() ? name : name + " " + arguments;
    }

    String text() {
      List<String> lines = new ArrayList<>(List.of(usage(), "  " + summary));
      options.forEach(option -> lines.add("  " + option));
      lines.add(examples.size() == 1 ? "Example:" : "Examples:");
      examples.forEach(example -> lines.add("  " + example));
      return String.join("\n", lines);
    }
  }

  private static final Map<String, Page> BY_NAME = byName();

  private Manual() {}

  private static Page page(
      String name, String arguments, String summary, List<String> options, List<String> examples) {
    return new Page(name, arguments, summary, options, examples);
  }

  private static Map<String, Page> byName() {
    Map<String, Page> pages = new TreeMap<>();
    PAGES.forEach(page -> pages.put(page.name(), page));
    return pages;
  }

  /** All pages, in the order in which a person reads them. */
  public static List<Page> pages() {
    return PAGES;
  }

  /** Lists all commands, a line each. */
  public static String all() {
    StringBuilder text = new StringBuilder();
    PAGES.forEach(page -> text.append("%-10s %s%n".formatted(page.name(), page.summary())));
    return text
        + "\nhelp COMMAND explains one. gogo LINE runs a line in the framework's own shell.";
  }

  /**
   * Explains a command.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static String of(String name) {
    Page page = BY_NAME.get(name);
    if (page == null) {
      throw new IllegalArgumentException(
          "There is no help for " + Terminal.safe(name, 40) + ". help lists the commands.");
    }
    return page.text();
  }

  /** Says how a command is given to somebody who gave it otherwise, and names an unknown option. */
  public static String usage(String name, List<String> given) {
    Page page = BY_NAME.get(name);
    return given.stream()
            .filter(word -> word.startsWith("--") && word.length() > 2)
            .filter(word -> page != null && !page.text().contains(word))
            .findFirst()
            .map(word -> name + " has no option " + Terminal.safe(word, 40) + ". ")
            .orElse("")
        + usage(name);
  }

  /** Says in a sentence how a command is given. */
  public static String usage(String name) {
    Page page = BY_NAME.get(name);
    return page == null
        ? name + " does not take these arguments."
        : "Give it as: " + page.usage() + ". " + name + " --help explains it.";
  }
}
