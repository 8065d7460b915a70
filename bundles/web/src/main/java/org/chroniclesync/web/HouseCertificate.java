// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.chroniclesync.support.files.PrivateFiles;
import org.chroniclesync.support.text.Digests;

/** The key and the certificate of the page in the house, which no authority has signed. */
final class HouseCertificate {
  /** No browser takes longer ones. */
  static final Duration LENGTH = Duration.ofDays(397);

  /** So long before its end it is replaced. */
  static final Duration MARGIN = Duration.ofDays(30);

  /** Clocks of phones differ. */
  private static final Duration BEFORE = Duration.ofDays(1);

  private static final int MAX_BYTES = 16_384;
  private static final int SERIAL_BITS = 120;
  private static final String KEY = "PRIVATE KEY";
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

  private final PrivateKey key;
  private final X509Certificate certificate;

  private HouseCertificate(PrivateKey key, X509Certificate certificate) {
    this.key = key;
    this.certificate = certificate;
  }

  /** What a certificate is made for. */
  record Names(List<String> hosts, List<InetAddress> addresses) {
    Names {
      hosts = List.copyOf(hosts);
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * Reads the one that is kept, or makes one and keeps it if there is none or it ends soon.
   *
   * @throws IOException if it cannot be read or kept, or others could have read it
   */
  static HouseCertificate of(Path file, Names names, Instant now) throws IOException {
    if (Files.exists(file)) {
      if (PrivateFiles.isOpenToOthers(file)) {
        throw new IOException("Others can read the key in %s".formatted(file));
      }
      HouseCertificate kept = read(file);
      if (!kept.endsSoon(now)) {
        return kept;
      }
    }
    HouseCertificate made = make(names, now);
    PrivateFiles.write(file, ByteBuffer.wrap(made.pem().getBytes(US_ASCII)));
    return made;
  }

  private static HouseCertificate make(Names names, Instant now) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      return new HouseCertificate(pair.getPrivate(), certificate(pair, names, now));
    } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
      throw new IllegalStateException("no certificate could be made", e);
    }
  }

  private static X509Certificate certificate(KeyPair pair, Names names, Instant now)
      throws GeneralSecurityException, OperatorCreationException, CertIOException {
    X500NameBuilder name = new X500NameBuilder(BCStyle.INSTANCE);
    name.addRDN(BCStyle.CN, "ChronicleSync");
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            name.build(),
            new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE),
            Date.from(now.minus(BEFORE)),
            Date.from(now.minus(BEFORE).plus(LENGTH)),
            name.build(),
            pair.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    builder.addExtension(
        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
    builder.addExtension(Extension.subjectAlternativeName, false, alternatives(names));
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
  }

  private static GeneralNames alternatives(Names names) {
    List<GeneralName> all = new ArrayList<>();
    names.hosts().forEach(host -> all.add(new GeneralName(GeneralName.dNSName, host)));
    names
        .addresses()
        .forEach(
            address ->
                all.add(
                    new GeneralName(
                        GeneralName.iPAddress, address.getHostAddress().replaceFirst("%.*", ""))));
    return new GeneralNames(all.toArray(new GeneralName[0]));
  }

  private static HouseCertificate read(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException("%s is too long".formatted(file));
    }
    String text = Files.readString(file, US_ASCII);
    try {
      return new HouseCertificate(
          KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(block(text, KEY))),
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(block(text, CERTIFICATE))));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException("%s is damaged".formatted(file), e);
    }
  }

  private static byte[] block(String text, String kind) {
    Matcher blocks = BLOCK.matcher(text);
    while (blocks.find()) {
      if (blocks.group(1).equals(kind)) {
        return Base64.getMimeDecoder().decode(blocks.group(2));
      }
    }
    throw new IllegalArgumentException("no " + kind.toLowerCase(Locale.ROOT));
  }

  private String pem() {
    return pem(KEY, key.getEncoded()) + pem(CERTIFICATE, der());
  }

  private static String pem(String kind, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %1$s-----\n"
        .formatted(kind, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes));
  }

  private byte[] der() {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate has a form", e);
    }
  }

  boolean endsSoon(Instant now) {
    return !now.isBefore(replaced());
  }

  /** From when it is replaced. */
  Instant replaced() {
    return certificate.getNotAfter().toInstant().minus(MARGIN);
  }

  /** As browsers show it, without what they divide it by. */
  String fingerprint() {
    return Digests.sha256Hex(der()).toUpperCase(Locale.ROOT);
  }

  /** Which names and addresses it has, as text. */
  List<String> names() {
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      return all == null ? List.of() : all.stream().map(one -> String.valueOf(one.get(1))).toList();
    } catch (GeneralSecurityException e) {
      return List.of();
    }
  }

  SSLContext context() {
    try {
      // Of this key store nothing is ever written; it wants a password all the same.
      char[] password = Secret.draw().toCharArray();
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("page", key, password, new X509Certificate[] {certificate});
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every Java has TLS", e);
    }
  }
}
