#include "importers/trials.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status.h"
#include "base/utf8.h"
#include "importers/json_records.h"
#include "importers/partial_date.h"
#include "importers/source_draft.h"
#include "importers/table.h"

namespace cartograph::importers {
namespace {

constexpr size_t kTextBytesMax = 4096;
constexpr int kItemsMax = 256;

// What a registry says of a trial, in its own words.
struct Registered {
  std::string nct;
  std::string title;
  std::string status;
  std::vector<std::string> phases;
  std::vector<std::string> conditions;
  std::vector<std::string> interventions;
  std::string start;
  std::string enrollment;
  std::string sponsor;
  std::string target;
  std::string snapshot;
};

v1::TrialPhase PhaseOf(absl::string_view phase) {
  return phase == "EARLY_PHASE1" ? v1::TRIAL_PHASE_EARLY_1
         : phase == "PHASE1"     ? v1::TRIAL_PHASE_1
         : phase == "PHASE2"     ? v1::TRIAL_PHASE_2
         : phase == "PHASE3"     ? v1::TRIAL_PHASE_3
         : phase == "PHASE4"     ? v1::TRIAL_PHASE_4
         : phase == "NA"         ? v1::TRIAL_PHASE_NOT_APPLICABLE
                                 : v1::TRIAL_PHASE_UNSPECIFIED;
}

void AddTexts(const std::vector<std::string>& texts, const char* what, SourceDraft* draft,
              google::protobuf::RepeatedPtrField<std::string>* out) {
  for (const std::string& text : texts) {
    std::string line = OneLine(text);
    if (line.size() > kTextBytesMax || out->size() == kItemsMax) {
      draft->Remark(absl::StrCat(what, " too many or too long: ", Clipped(line, 80)));
    } else if (!line.empty()) {
      *out->Add() = std::move(line);
    }
  }
}

void AddPhases(const Registered& registered, SourceDraft* draft, v1::Trial* trial) {
  for (const std::string& phase : registered.phases) {
    const v1::TrialPhase known = PhaseOf(phase);
    if (known != v1::TRIAL_PHASE_UNSPECIFIED) {
      trial->add_phases(known);
    } else if (!phase.empty() && phase != "Unknown") {
      draft->Remark(absl::StrCat("the phase \"", phase, "\" is not known"));
    }
  }
}

// The dates, which are partial as elsewhere.
absl::Status AddDates(const Registered& registered, SourceDraft* draft, v1::Trial* trial) {
  const ParsedDate start = ParseDate(registered.start);
  if (start.date.year() != 0) {
    *trial->mutable_start() = start.date;
  }
  if (!start.rest.empty()) {
    draft->Remark(absl::StrCat("the start \"", registered.start, "\" is not understood"));
  }
  const ParsedDate snapshot = ParseDate(registered.snapshot);
  if (snapshot.date.day() == 0 || !snapshot.rest.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", registered.snapshot, "\" is no day of a snapshot: give --release"));
  }
  *trial->mutable_snapshot() = snapshot.date;
  return absl::OkStatus();
}

absl::StatusOr<Draft> DraftOf(const Registered& registered) {
  v1::TrialStatus status = v1::TRIAL_STATUS_UNSPECIFIED;
  if (!v1::TrialStatus_Parse(absl::StrCat("TRIAL_STATUS_", registered.status), &status) ||
      status == v1::TRIAL_STATUS_UNSPECIFIED) {
    return absl::InvalidArgumentError(
        absl::StrCat("the status \"", registered.status, "\" is not known"));
  }
  SourceDraft draft;
  draft.SetKind(v1::SOURCE_KIND_TRIAL_RECORD);
  draft.AddIdentifier("NCT", registered.nct);
  draft.AddTitle(registered.title, "en");
  v1::Trial& trial = *draft.source().mutable_trial();
  AddPhases(registered, &draft, &trial);
  RETURN_IF_ERROR(AddDates(registered, &draft, &trial));
  AddTexts(registered.conditions, "conditions are", &draft, trial.mutable_conditions());
  AddTexts(registered.interventions, "interventions are", &draft, trial.mutable_interventions());
  uint32_t enrollment = 0;
  if (absl::SimpleAtoi(registered.enrollment, &enrollment)) {
    trial.set_enrollment(enrollment);
  }
  trial.set_sponsor(Clipped(OneLine(registered.sponsor), 512));
  v1::TrialState* state = trial.add_states();
  *state->mutable_snapshot() = trial.snapshot();
  state->set_status(status);
  state->set_target(Clipped(OneLine(registered.target), 128));
  absl::StatusOr<Draft> finished = std::move(draft).Finish();
  if (finished.ok() && finished->identities.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("\"", registered.nct, "\" is no NCT number"));
  }
  return finished;
}

std::vector<std::string> Parts(const std::string& cell) {
  return absl::StrSplit(cell, '|', absl::SkipWhitespace());
}

class TrialsCsv : public RecordReader {
 public:
  TrialsCsv(std::istream* in, std::string release)
      : table_(in, ','), release_(std::move(release)) {}

  std::optional<Record> Next() override {
    if (!table_.Next()) {
      return std::nullopt;
    }
    return Record{table_.raw().line, table_.raw().bytes, Parse()};
  }

 private:
  absl::StatusOr<Draft> Parse() const {
    ASSIGN_OR_RETURN(TableRow row, table_.Row());
    Registered registered;
    registered.nct = row.At("NCTId");
    registered.title = row.At("BriefTitle");
    registered.status = row.At("OverallStatus");
    registered.phases = Parts(row.At("Phase"));
    registered.conditions = Parts(row.At("Conditions"));
    registered.interventions = Parts(row.At("Interventions"));
    registered.start = row.At("StartDate");
    registered.enrollment = row.At("EnrollmentCount");
    registered.sponsor = row.At("LeadSponsor");
    registered.target = row.At("TargetCategory");
    registered.snapshot = row.Has("SnapshotDate") ? row.At("SnapshotDate") : release_;
    return DraftOf(registered);
  }

  TableReader table_;
  const std::string release_;
};

std::vector<std::string> Texts(const Json& list) {
  std::vector<std::string> texts;
  for (const Json& item : list) {
    if (item.is_string()) {
      texts.push_back(item.get<std::string>());
    } else if (item.is_object()) {
      texts.push_back(TextOf(item, "name"));
    }
  }
  return texts;
}

absl::StatusOr<Draft> ParseStudy(absl::string_view record, const std::string& release) {
  if (auto bad = base::FirstInvalidUtf8(record); bad.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat("it is not UTF-8: see its byte ", *bad));
  }
  ASSIGN_OR_RETURN(Json study, ParseJsonObject(record));
  const Json& protocol = At(study, "protocolSection");
  const Json& identification = At(protocol, "identificationModule");
  const Json& status = At(protocol, "statusModule");
  const Json& design = At(protocol, "designModule");
  Registered registered;
  registered.nct = TextOf(identification, "nctId");
  registered.title = TextOf(identification, "briefTitle");
  registered.status = TextOf(status, "overallStatus");
  registered.start = TextOf(At(status, "startDateStruct"), "date");
  registered.phases = Texts(At(design, "phases"));
  registered.enrollment = TextOf(At(design, "enrollmentInfo"), "count");
  registered.conditions = Texts(At(At(protocol, "conditionsModule"), "conditions"));
  registered.interventions = Texts(At(At(protocol, "armsInterventionsModule"), "interventions"));
  registered.sponsor =
      TextOf(At(At(protocol, "sponsorCollaboratorsModule"), "leadSponsor"), "name");
  registered.snapshot =
      release.empty() ? TextOf(At(At(study, "derivedSection"), "miscInfoModule"), "versionHolder")
                      : release;
  return DraftOf(registered);
}

class CtgovJson : public RecordReader {
 public:
  CtgovJson(std::istream* in, std::string release)
      : splitter_(SplitJson(in)), release_(std::move(release)) {}

  std::optional<Record> Next() override {
    std::optional<RawRecord> raw = splitter_->Next();
    if (!raw.has_value()) {
      return std::nullopt;
    }
    if (!raw->fault.ok()) {
      return Record{raw->line, raw->bytes, raw->fault};
    }
    return Record{raw->line, raw->bytes, ParseStudy(raw->bytes, release_)};
  }

 private:
  const std::unique_ptr<RecordSplitter> splitter_;
  const std::string release_;
};

}  // namespace

std::unique_ptr<RecordReader> OpenTrialsCsv(std::istream* in, const ReadOptions& options) {
  return std::make_unique<TrialsCsv>(in, options.release);
}

std::unique_ptr<RecordReader> OpenCtgovJson(std::istream* in, const ReadOptions& options) {
  return std::make_unique<CtgovJson>(in, options.release);
}

bool LooksLikeTrialsCsv(absl::string_view head) {
  const absl::string_view heads = head.substr(0, head.find('\n'));
  return absl::StrContains(heads, "NCTId,") && absl::StrContains(heads, "OverallStatus");
}

}  // namespace cartograph::importers
