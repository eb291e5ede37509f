#include "clients/cli/command_arguments.h"

#include <CLI/CLI.hpp>
#include <optional>
#include <random>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "clients/cli/session.h"

namespace cartograph::clients {
namespace {

constexpr int kRequestIdWords = 4;

std::string FreshRequestId() {
  std::random_device random;
  std::string id = "cli-";
  for (int i = 0; i < kRequestIdWords; ++i) {
    absl::StrAppend(&id, absl::Hex(random(), absl::kZeroPad8));
  }
  return id;
}

std::string CheckTimeout(const std::string& text) {
  return ParseTimeout(text).has_value() ? "" : "expected a duration such as 30s, 2m or 500ms";
}

std::string CheckRevision(const std::string& text) {
  uint64_t revision = 0;
  return absl::SimpleAtoi(text, &revision) && revision > 0 ? "" : "expected a revision, 1 or more";
}

// A date, or a date and a time of day; UTC where it names no zone.
std::optional<absl::Time> ParseTime(const std::string& text) {
  for (const char* format :
       {absl::RFC3339_full, "%Y-%m-%d%ET%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"}) {
    absl::Time time;
    if (absl::ParseTime(format, text, &time, nullptr)) {
      return time;
    }
  }
  return std::nullopt;
}

std::string CheckState(const std::string& text) {
  return CheckRevision(text).empty() || ParseTime(text).has_value()
             ? ""
             : "expected a revision, 1 or more, or a time such as 2026-03-01 or "
               "2026-03-01T12:00:00Z";
}

}  // namespace

CLI::Validator TimeoutValidator() { return CLI::Validator(CheckTimeout, ""); }

void ReadArguments::AddTo(CLI::App* command) {
  auto* at_option =
      command->add_option("--at", at, "Read exactly this revision, or the last by a time")
          ->option_text("REVISION|TIME")
          ->check(CLI::Validator(CheckState, ""));
  command
      ->add_option("--at-least", at_least,
                   "Read the latest revision, and be refused before this one")
      ->option_text("REVISION")
      ->check(CLI::Validator(CheckRevision, ""))
      ->excludes(at_option);
}

v1::ReadOptions ReadArguments::ToProto() const {
  v1::ReadOptions read;
  uint64_t revision = 0;
  if (absl::SimpleAtoi(at, &revision)) {
    read.set_at_revision(revision);
  } else if (std::optional<absl::Time> time = ParseTime(at)) {
    read.mutable_at_time()->set_seconds(absl::ToUnixSeconds(*time));
    read.mutable_at_time()->set_nanos(static_cast<int32_t>(
        absl::ToInt64Nanoseconds(*time - absl::FromUnixSeconds(absl::ToUnixSeconds(*time)))));
  } else if (at_least > 0) {
    read.set_at_least_revision(at_least);
  }
  return read;
}

void WriteArguments::AddTo(CLI::App* command) {
  command->add_option("--reason", reason, "Why; kept in the change log")->option_text("TEXT");
  command->add_flag("--dry-run", dry_run, "Let the server check everything, and change nothing");
  command
      ->add_option("--request-id", request_id,
                   "Name of this write: sent again under the same name, it is not applied again")
      ->option_text("ID");
}

v1::WriteOptions WriteArguments::ToProto() const {
  v1::WriteOptions write;
  write.set_reason(reason);
  write.set_validate_only(dry_run);
  write.set_request_id(request_id.empty() ? FreshRequestId() : request_id);
  return write;
}

void LimitArgument::AddTo(CLI::App* command) {
  command->add_option("--limit", limit, "Show at most so many; 0 for all, which is the default")
      ->option_text("N");
}

}  // namespace cartograph::clients
