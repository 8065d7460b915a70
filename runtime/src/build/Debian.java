// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * Makes the Debian package of the discovery service out of the distribution. The same distribution
 * gives the same package to the byte. The build runs it.
 *
 * <p>Arguments: folder of the distribution, folder with the package's own files, version, time of
 * all files, package.
 */
public final class Debian {
  private static final String HOME = "usr/share/chroniclesync-discovery/";
  private static final String DOCUMENTS = "usr/share/doc/chroniclesync-discovery/";
  private static final String CONFIGURATION = "etc/chroniclesync-discovery/discovery.properties";
  private static final String UNIT = "chroniclesync-discovery.service";

  /** What the launcher of a discovery service needs on its class path. */
  private static final List<String> LIBRARIES =
      List.of(
          "org.apache.felix.framework",
          "org.chroniclesync.runtime",
          "org.chroniclesync.support",
          "org.osgi.service.cm",
          "org.osgi.service.component",
          "org.osgi.util.function",
          "org.osgi.util.promise");

  private final Path dist;
  private final Path own;
  private final String version;
  private final long seconds;
  private final Map<String, Entry> entries = new TreeMap<>();

  private record Entry(int mode, byte[] content, String target) {
    static Entry file(int mode, byte[] content) {
      return new Entry(mode, content, "");
    }

    static Entry link(String target) {
      return new Entry(0777, new byte[0], target);
    }
  }

  private Debian(Path dist, Path own, String version, Instant time) {
    this.dist = dist;
    this.own = own;
    // A snapshot is older than its release.
    this.version = version.replace('-', '~');
    this.seconds = time.getEpochSecond();
  }

  public static void main(String[] args) throws Exception {
    Debian debian = new Debian(Path.of(args[0]), Path.of(args[1]), args[2], Instant.parse(args[3]));
    debian.collect();
    Files.write(Path.of(args[4]), debian.archive());
  }

  private void collect() throws IOException {
    add(HOME + "bin/chroniclesync", 0755, dist.resolve("bin/chroniclesync"));
    for (String library : LIBRARIES) {
      add(HOME + "lib/" + library + ".jar", 0644, dist.resolve("lib").resolve(library + ".jar"));
    }
    for (String line : Files.readAllLines(dist.resolve("conf/discovery/bundles"))) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String jar = "bundle/" + line.strip() + ".jar";
        add(HOME + jar, 0644, dist.resolve(jar));
      }
    }
    for (String name :
        List.of(
            "jvm.options",
            "jvm-24.options",
            "logback.xml",
            "discovery/bundles",
            "discovery/framework.conf",
            "discovery/jvm.options")) {
      add(HOME + "conf/" + name, 0644, dist.resolve("conf").resolve(name));
    }
    // Relative, so that it holds in a root that is not yet one.
    entries.put(
        HOME + "conf/discovery/org.chroniclesync.discovery.server.properties",
        Entry.link("../../../../../" + CONFIGURATION));
    add(CONFIGURATION, 0644, own.resolve("discovery.properties"));
    entries.put("usr/lib/systemd/system/" + UNIT, Entry.file(0644, unit().getBytes(UTF_8)));
    add("usr/lib/sysusers.d/chroniclesync-discovery.conf", 0644, own.resolve("sysusers.conf"));
    add(DOCUMENTS + "copyright", 0644, own.resolve("copyright"));
    add(DOCUMENTS + "NOTICE", 0644, dist.resolve("NOTICE"));
    add(DOCUMENTS + "discovery.cdx.json", 0644, dist.resolve("sbom/discovery.cdx.json"));
    addLicences();
  }

  private void add(String name, int mode, Path file) throws IOException {
    entries.put(name, Entry.file(mode, Files.readAllBytes(file)));
  }

  private void addLicences() throws IOException {
    Path licences = dist.resolve("licenses");
    try (Stream<Path> all = Files.walk(licences)) {
      for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        String name = licences.relativize(file).toString().replace('\\', '/');
        // A folder has the name of its jar.
        String jar = "/" + name.replaceFirst("/.*", "") + ".jar";
        if (entries.keySet().stream().noneMatch(entry -> entry.endsWith(jar))) {
          continue;
        }
        add(DOCUMENTS + "licenses/" + name, 0644, file);
      }
    }
  }

  /** That of the distribution, in its place. */
  private String unit() throws IOException {
    String unit = Files.readString(dist.resolve("systemd").resolve(UNIT));
    return unit.replace("/opt/chroniclesync/", "/" + HOME)
        .replace("file:///opt/chroniclesync", "file:///" + DOCUMENTS)
        .replace(
            "# The discovery service, as a user that exists only while it runs. Expects the"
                + " installation in\n# /opt/chroniclesync; keeps",
            "# The discovery service, as a user that exists only while it runs. Keeps")
        .replace("DynamicUser=yes\n", "DynamicUser=yes\nSupplementaryGroups=chroniclesync-tls\n");
  }

  private byte[] archive() throws IOException, GeneralSecurityException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write("!<arch>\n".getBytes(US_ASCII));
    member(out, "debian-binary", "2.0\n".getBytes(US_ASCII));
    member(out, "control.tar.gz", tar(control()));
    member(out, "data.tar.gz", tar(entries));
    return out.toByteArray();
  }

  private void member(OutputStream out, String name, byte[] content) throws IOException {
    out.write(
        "%-16s%-12d%-6d%-6d%-8s%-10d`\n"
            .formatted(name, seconds, 0, 0, "100644", content.length)
            .getBytes(US_ASCII));
    out.write(content);
    if (content.length % 2 != 0) {
      out.write('\n');
    }
  }

  private Map<String, Entry> control() throws IOException, GeneralSecurityException {
    Map<String, Entry> control = new TreeMap<>();
    long bytes = entries.values().stream().mapToLong(entry -> entry.content().length).sum();
    control.put(
        "control",
        Entry.file(
            0644,
            Files.readString(own.resolve("control"))
                .replace("@version@", version)
                .replace("@kibibytes@", String.valueOf((bytes + 1_023) / 1_024))
                .getBytes(UTF_8)));
    control.put("conffiles", Entry.file(0644, ("/" + CONFIGURATION + "\n").getBytes(UTF_8)));
    StringBuilder sums = new StringBuilder();
    for (Map.Entry<String, Entry> entry : entries.entrySet()) {
      if (entry.getValue().target().isEmpty()) {
        byte[] sum = MessageDigest.getInstance("MD5").digest(entry.getValue().content());
        sums.append(HexFormat.of().formatHex(sum)).append("  ").append(entry.getKey()).append('\n');
      }
    }
    control.put("md5sums", Entry.file(0644, sums.toString().getBytes(UTF_8)));
    for (String script : List.of("postinst", "prerm", "postrm")) {
      control.put(script, Entry.file(0755, Files.readAllBytes(own.resolve(script))));
    }
    return control;
  }

  private byte[] tar(Map<String, Entry> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      TreeSet<String> folders = new TreeSet<>(List.of("./"));
      for (String name : files.keySet()) {
        for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
          folders.add("./" + name.substring(0, slash + 1));
        }
      }
      for (String folder : folders) {
        header(out, folder, 0755, 0, '5', "");
      }
      for (Map.Entry<String, Entry> file : files.entrySet()) {
        Entry entry = file.getValue();
        byte[] content = entry.content();
        char kind = entry.target().isEmpty() ? '0' : '2';
        header(out, "./" + file.getKey(), entry.mode(), content.length, kind, entry.target());
        out.write(content);
        out.write(new byte[(512 - content.length % 512) % 512]);
      }
      out.write(new byte[1_024]);
    }
    return bytes.toByteArray();
  }

  /** As POSIX 1003.1-1988 has it, ustar: a name of up to 100 bytes, and a folder of up to 155. */
  private void header(OutputStream out, String name, int mode, long size, char kind, String target)
      throws IOException {
    List<String> parts = split(name);
    String fields =
        text(parts.get(1), 100)
            + octal(mode, 8)
            + octal(0, 8)
            + octal(0, 8)
            + octal(size, 12)
            + octal(seconds, 12)
            + " ".repeat(8)
            + kind
            + text(target, 100)
            + "ustar\00000"
            + text("root", 32)
            + text("root", 32)
            + octal(0, 8)
            + octal(0, 8)
            + text(parts.get(0), 155);
    byte[] header = new byte[512];
    byte[] ascii = fields.getBytes(US_ASCII);
    System.arraycopy(ascii, 0, header, 0, ascii.length);
    int sum = 0;
    for (byte one : header) {
      sum += one & 0xff;
    }
    System.arraycopy("%06o\0 ".formatted(sum).getBytes(US_ASCII), 0, header, 148, 8);
    out.write(header);
  }

  private static List<String> split(String name) {
    if (name.length() <= 100) {
      return List.of("", name);
    }
    int slash = name.indexOf('/', name.length() - 101);
    return List.of(name.substring(0, slash), name.substring(slash + 1));
  }

  private static String text(String value, int length) {
    if (value.length() > length) {
      throw new IllegalArgumentException("too long for a tar: " + value);
    }
    return value + "\0".repeat(length - value.length());
  }

  private static String octal(long number, int length) {
    String digits = Long.toOctalString(number);
    return "0".repeat(length - 1 - digits.length()) + digits + "\0";
  }
}
