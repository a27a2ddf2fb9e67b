import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.CodeSystem;

/**
 * HL7's instance validator, as HAPI FHIR ships it, over NDJSON files of bundles. It reads R4's definitions from its own
 * jars and asks no server: codes of SNOMED CT and LOINC are therefore told as unknown systems, by a warning.
 *
 * <pre>ValidateBundles code-systems.ndjson bundles.ndjson …</pre>
 *
 * Prints one line a kind of message, tab-separated: severity, how often, message id, an example with its place. The last
 * line counts bundles, errors and warnings. Exit code 1 if there is an error.
 */
public final class ValidateBundles {
  private record Kind(String severity, String id) implements Comparable<Kind> {
    @Override
    public int compareTo(Kind other) {
      int bySeverity = severity.compareTo(other.severity);
      return bySeverity != 0 ? bySeverity : id.compareTo(other.id);
    }
  }

  private static final class Seen {
    long count;
    String example = "";
  }

  private ValidateBundles() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length < 2) {
      System.err.println("Usage: ValidateBundles code-systems.ndjson bundles.ndjson …");
      System.exit(2);
    }
    FhirContext context = FhirContext.forR4();
    FhirValidator validator = validatorOf(context, Path.of(arguments[0]));
    Map<Kind, Seen> kinds = new TreeMap<>();
    long bundles = 0;
    long invalid = 0;
    for (String file : List.of(arguments).subList(1, arguments.length)) {
      for (String line : linesOf(Path.of(file))) {
        bundles += 1;
        boolean isInvalid = false;
        for (SingleValidationMessage message : validator.validateWithResult(line).getMessages()) {
          isInvalid |= isError(message.getSeverity());
          count(kinds, message);
        }
        if (isInvalid) invalid += 1;
      }
    }
    long errors = 0;
    long warnings = 0;
    for (Map.Entry<Kind, Seen> entry : kinds.entrySet()) {
      Kind kind = entry.getKey();
      Seen seen = entry.getValue();
      if (kind.severity().equals("error") || kind.severity().equals("fatal")) errors += seen.count;
      if (kind.severity().equals("warning")) warnings += seen.count;
      System.out.println(String.join("\t", kind.severity(), Long.toString(seen.count), kind.id(), seen.example));
    }
    System.out.println(
        "bundles=" + bundles + " invalid=" + invalid + " errors=" + errors + " warnings=" + warnings);
    System.exit(errors == 0 ? 0 : 1);
  }

  private static boolean isError(ResultSeverityEnum severity) {
    return severity == ResultSeverityEnum.ERROR || severity == ResultSeverityEnum.FATAL;
  }

  private static void count(Map<Kind, Seen> kinds, SingleValidationMessage message) {
    // A rule of a profile is one kind each, and so is an unknown code system.
    String id = message.getMessageId() == null ? "no-id" : message.getMessageId();
    String text = message.getMessage().replaceAll("\\s+", " ");
    Seen seen = kinds.computeIfAbsent(new Kind(message.getSeverity().getCode(), id), kind -> new Seen());
    seen.count += 1;
    if (seen.example.isEmpty()) seen.example = message.getLocationString() + ": " + text;
  }

  private static List<String> linesOf(Path file) throws Exception {
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.removeIf(String::isBlank);
    return lines;
  }

  private static FhirValidator validatorOf(FhirContext context, Path codeSystems) throws Exception {
    PrePopulatedValidationSupport ours = new PrePopulatedValidationSupport(context);
    for (String line : linesOf(codeSystems)) {
      ours.addCodeSystem(context.newJsonParser().parseResource(CodeSystem.class, line));
    }
    UnknownCodeSystemWarningValidationSupport unknown = new UnknownCodeSystemWarningValidationSupport(context);
    unknown.setNonExistentCodeSystemSeverity(
        ca.uhn.fhir.context.support.IValidationSupport.IssueSeverity.WARNING);
    ValidationSupportChain chain =
        new ValidationSupportChain(
            new DefaultProfileValidationSupport(context),
            ours,
            new CommonCodeSystemsTerminologyService(context),
            new InMemoryTerminologyServerValidationSupport(context),
            unknown);
    FhirInstanceValidator instances = new FhirInstanceValidator(chain);
    instances.setErrorForUnknownProfiles(true);
    FhirValidator validator = context.newValidator();
    validator.registerValidatorModule(instances);
    return validator;
  }
}
