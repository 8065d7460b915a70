// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chroniclesync.transport.webrtc.Description.Form;
import org.chroniclesync.transport.webrtc.Description.Refused;
import org.jspecify.annotations.Nullable;

/**
 * Reads a session description, once. Stricter than RFC 8866 wherever no known client makes use of
 * its freedom: printable ASCII, one media section, one certificate, no attribute that matters
 * twice. Attributes that are not known are ignored, as the RFC demands: a browser's next version
 * has some.
 */
final class DescriptionParser {
  /** Of a description with {@value #MAX_CANDIDATES} candidates, and some more. */
  static final int MAX_LINES = 320;

  static final int MAX_LINE_CHARS = 1_024;
  static final int MAX_CANDIDATES = 256;

  private static final String FORM = "is not in the form that WebRTC clients use";
  private static final String NO_DATA = "is none for a data channel";
  private static final String CERTIFICATE =
      "names no certificate, or several; it was tampered with";

  /**
   * The kinds of lines in their order, RFC 8866, section 9; those that no client sends left out.
   */
  private static final String SESSION_ORDER = "voscbta";

  private static final String MEDIA_ORDER = "mcba";

  private static final Pattern PRINTABLE = Pattern.compile("[a-z]=[ -~]*");
  private static final Pattern ORIGIN =
      Pattern.compile("[!-~]{1,64} [0-9]{1,20} [0-9]{1,20} IN IP[46] [!-~]{1,255}");
  private static final Pattern TIME = Pattern.compile("[0-9]{1,20} [0-9]{1,20}");
  private static final Pattern CONNECTION = Pattern.compile("IN IP[46] [0-9A-Fa-f:.]{2,45}");
  private static final Pattern BANDWIDTH = Pattern.compile("[A-Za-z0-9-]{1,32}:[0-9]{1,12}");
  private static final Pattern MEDIA =
      Pattern.compile(
          "application ([0-9]{1,5}) (?:(?:UDP|TCP)/DTLS/SCTP webrtc-datachannel"
              + "|DTLS/SCTP ([0-9]{1,5}))");
  private static final Pattern ATTRIBUTE = Pattern.compile("([A-Za-z0-9-]{1,64})(?::(.*))?");
  private static final Pattern FINGERPRINT =
      Pattern.compile(
          "(?i)(?:sha-256 [0-9A-F]{2}(?::[0-9A-F]{2}){31}"
              + "|sha-384 [0-9A-F]{2}(?::[0-9A-F]{2}){47}"
              + "|sha-512 [0-9A-F]{2}(?::[0-9A-F]{2}){63})");
  private static final Pattern UFRAG = Pattern.compile("[A-Za-z0-9+/]{4,256}");
  private static final Pattern PASSWORD = Pattern.compile("[A-Za-z0-9+/]{22,256}");
  private static final Pattern OPTIONS =
      Pattern.compile("[A-Za-z0-9+/-]{1,32}(?: [A-Za-z0-9+/-]{1,32}){0,7}");
  private static final Pattern SETUP = Pattern.compile("active|passive|actpass");
  private static final Pattern MID = Pattern.compile("[A-Za-z0-9_.-]{1,32}");
  private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
  private static final Pattern SCTP_MAP =
      Pattern.compile("[0-9]{1,5} webrtc-datachannel(?: [0-9]{1,5})?");
  private static final Pattern MESSAGE_BYTES = Pattern.compile("[0-9]{1,18}");

  private final List<IceCandidate> candidates = new ArrayList<>();
  private int candidateLines;
  private String order = SESSION_ORDER;
  private int rank = -1;
  private @Nullable Form form;
  private @Nullable String sctpPort;
  private @Nullable String mid;
  private @Nullable String group;
  private @Nullable String ufrag;
  private @Nullable String password;
  private @Nullable String fingerprint;
  private @Nullable String setup;
  private @Nullable String maxMessageBytes;
  private boolean trickles;

  Description parse(String sdp) throws Refused {
    String[] lines = sdp.split("\r?\n", MAX_LINES + 2);
    if (lines.length > MAX_LINES) {
      throw new Refused(FORM);
    }
    for (int i = 0; i < lines.length; i++) {
      // The last line may have an end, and should.
      if (i < lines.length - 1 || !lines[i].isEmpty()) {
        line(lines[i]);
      }
    }
    return made();
  }

  private void line(String line) throws Refused {
    if (line.length() > MAX_LINE_CHARS || !PRINTABLE.matcher(line).matches()) {
      throw new Refused(hides(line) ? CERTIFICATE : FORM);
    }
    char kind = line.charAt(0);
    String value = line.substring(2);
    if (hides(line) && !line.toLowerCase(Locale.ROOT).startsWith("a=fingerprint:")) {
      throw new Refused(CERTIFICATE);
    }
    place(kind);
    switch (kind) {
      case 'v' -> require(value.equals("0"));
      case 'o' -> matching(ORIGIN, value);
      case 't' -> matching(TIME, value);
      case 'c' -> matching(CONNECTION, value);
      case 'b' -> matching(BANDWIDTH, value);
      case 'm' -> media(value);
      case 'a' -> attribute(value);
      default -> {
        // The session's name, which is anything.
      }
    }
  }

  /** Whether another parser might read a certificate in it. */
  private static boolean hides(String line) {
    return line.toLowerCase(Locale.ROOT).contains("fingerprint");
  }

  /** Lines come in a fixed order, and only attributes and bandwidths more than once. */
  private void place(char kind) throws Refused {
    if (kind == 'm') {
      if (form != null) {
        throw new Refused(NO_DATA);
      }
      require(order.equals(SESSION_ORDER) && rank >= SESSION_ORDER.indexOf('t'));
      order = MEDIA_ORDER;
      rank = -1;
    }
    int next = order.indexOf(kind);
    boolean again = next == rank && (kind == 'a' || kind == 'b');
    boolean skips = order.equals(SESSION_ORDER) && skipsOne(next);
    require(next >= 0 && (next > rank || again) && !skips);
    rank = next;
  }

  /** Whether a line is left out that must be there: all of a session but 'c', 'b' and 'a'. */
  private boolean skipsOne(int next) {
    for (int i = rank + 1; i < next; i++) {
      if ("vost".indexOf(SESSION_ORDER.charAt(i)) >= 0) {
        return true;
      }
    }
    return false;
  }

  private void media(String value) throws Refused {
    Matcher media = MEDIA.matcher(value);
    if (!media.matches() || port(media.group(1)) == 0) {
      throw new Refused(NO_DATA);
    }
    String draft = media.group(2);
    form = draft == null ? Form.STANDARD : Form.DRAFT;
    sctpPort = draft;
  }

  private void attribute(String text) throws Refused {
    Matcher attribute = ATTRIBUTE.matcher(text);
    require(attribute.matches());
    String value = attribute.group(2) == null ? "" : attribute.group(2);
    switch (attribute.group(1).toLowerCase(Locale.ROOT)) {
      case "fingerprint" -> fingerprint(value);
      case "ice-ufrag" -> ufrag = once(ufrag, matching(UFRAG, value));
      case "ice-pwd" -> password = once(password, matching(PASSWORD, value));
      case "ice-options" -> trickles |= options(value);
      case "setup" -> setup = once(setup, matching(SETUP, value));
      case "mid" -> mid = once(mid, matching(MID, value));
      case "group" -> group(value);
      case "sctp-port" -> standard(() -> sctpPort = once(sctpPort, matching(PORT, value)));
      case "sctpmap" -> matching(SCTP_MAP, value);
      case "max-message-size" ->
          maxMessageBytes = once(maxMessageBytes, matching(MESSAGE_BYTES, value));
      case "candidate" -> candidate(text);
      default -> {
        // Not known, or without meaning for a data channel.
      }
    }
  }

  private void fingerprint(String value) throws Refused {
    boolean same = fingerprint == null || fingerprint.equalsIgnoreCase(value);
    if (!same || !FINGERPRINT.matcher(value).matches()) {
      throw new Refused(CERTIFICATE);
    }
    fingerprint = value;
  }

  private static boolean options(String value) throws Refused {
    return List.of(matching(OPTIONS, value).split(" ")).contains("trickle");
  }

  private void group(String value) throws Refused {
    require(value.startsWith("BUNDLE "));
    group = once(group, matching(MID, value.substring("BUNDLE ".length())));
  }

  private interface Step {
    void take() throws Refused;
  }

  /** The drafts have the port in the media line. */
  private void standard(Step step) throws Refused {
    if (form == Form.STANDARD) {
      step.take();
    }
  }

  /** One that cannot be read is one address less to try. */
  private void candidate(String text) throws Refused {
    require(form != null && ++candidateLines <= MAX_CANDIDATES);
    IceCandidate candidate = IceCandidate.parse(text);
    if (candidate != null) {
      candidates.add(candidate);
    }
  }

  private Description made() throws Refused {
    if (form == null) {
      throw new Refused(NO_DATA);
    }
    if (fingerprint == null) {
      throw new Refused(CERTIFICATE);
    }
    if (ufrag == null || password == null || setup == null) {
      throw new Refused(FORM);
    }
    require(group == null || group.equals(mid));
    int port = sctpPort == null ? 5_000 : port(sctpPort);
    require(port > 0);
    long bytes =
        maxMessageBytes == null
            ? Description.DEFAULT_MESSAGE_BYTES
            : Long.parseLong(maxMessageBytes);
    return new Description(
        form, port, mid, ufrag, password, trickles, fingerprint, setup, bytes, candidates);
  }

  private static int port(String text) throws Refused {
    int port = Integer.parseInt(text);
    require(port <= 65_535);
    return port;
  }

  private static String once(@Nullable String before, String next) throws Refused {
    require(before == null || before.equals(next));
    return next;
  }

  private static String matching(Pattern pattern, String value) throws Refused {
    require(pattern.matcher(value).matches());
    return value;
  }

  private static void require(boolean rule) throws Refused {
    if (!rule) {
      throw new Refused(FORM);
    }
  }
}
