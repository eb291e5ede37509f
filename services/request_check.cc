#include "services/request_check.h"

#include <functional>
#include <set>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/status.h"
#include "google/protobuf/unknown_field_set.h"
#include "kb/did_you_mean.h"
#include "services/error_reason.h"
#include "services/grpc_status.h"

namespace cartograph::services {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr size_t kCollectionBytesShown = 64;
constexpr size_t kPackNameBytesMax = 64;
constexpr size_t kVersionBytesMax = 32;

std::string Join(absl::string_view path, absl::string_view name) {
  return path.empty() ? std::string(name) : absl::StrCat(path, ".", name);
}

// Calls `see` for `message` and every message below it, with its path. The parser bounds the depth
// (100).
void ForEachMessage(const Message& message, const std::string& path,
                    const std::function<void(const Message&, const std::string&)>& see) {
  see(message, path);
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      continue;
    }
    std::string below = Join(path, field->name());
    if (!field->is_repeated()) {
      ForEachMessage(reflection.GetMessage(message, field), below, see);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      ForEachMessage(reflection.GetRepeatedMessage(message, field, i),
                     absl::StrCat(below, "[", i, "]"), see);
    }
  }
}

bool HasControlCharacter(absl::string_view text) {
  return absl::c_any_of(text, [](char c) {
    auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
  });
}

void CheckOneText(absl::string_view text, absl::string_view path, kb::Violations* violations) {
  if (HasControlCharacter(text)) {
    violations->Add(std::string(path), "holds a control character");
  }
}

// The texts that are fields of `message` itself.
void CheckOwnTexts(const Message& message, const std::string& path, kb::Violations* violations) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  std::string scratch;
  for (const FieldDescriptor* field : fields) {
    if (field->type() != FieldDescriptor::TYPE_STRING) {
      continue;
    }
    std::string own = Join(path, field->name());
    if (!field->is_repeated()) {
      CheckOneText(reflection.GetStringReference(message, field, &scratch), own, violations);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      CheckOneText(reflection.GetRepeatedStringReference(message, field, i, &scratch),
                   absl::StrCat(own, "[", i, "]"), violations);
    }
  }
}

void CheckOwnUnknownFields(const Message& message, const std::string& path,
                           kb::Violations* violations) {
  const auto& unknown = message.GetReflection()->GetUnknownFields(message);
  if (unknown.empty()) {
    return;
  }
  std::set<int> numbers;
  for (int i = 0; i < unknown.field_count() && numbers.size() < 10; ++i) {
    numbers.insert(unknown.field(i).number());
  }
  violations->Add(path.empty() ? "(request)" : path,
                  absl::StrCat("this server knows no field ", absl::StrJoin(numbers, ", "), " of ",
                               message.GetTypeName()));
}

bool IsRulePath(absl::string_view path) {
  std::vector<absl::string_view> parts = absl::StrSplit(path, '/');
  return !absl::StrContains(path, '\\') && absl::c_none_of(parts, [](absl::string_view part) {
    return part.empty() || part == "." || part == "..";
  });
}

bool IsPackName(absl::string_view name) {
  return !name.empty() && name.size() <= kPackNameBytesMax && absl::ascii_islower(name[0]) &&
         absl::c_all_of(name, [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_' || c == '-';
         });
}

// As semantic versioning has it, or looser: "1.2.0", "2.0.0-rc.1".
bool IsVersion(absl::string_view version) {
  return !version.empty() && version.size() <= kVersionBytesMax &&
         absl::ascii_isdigit(version[0]) && absl::c_all_of(version, [](char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '-' || c == '+';
         });
}

}  // namespace

absl::Status CheckText(const Message& request) {
  kb::Violations violations;
  ForEachMessage(request, "", [&violations](const Message& message, const std::string& path) {
    CheckOwnTexts(message, path, &violations);
  });
  return violations.ToStatus();
}

absl::Status CheckKnownFields(const Message& request) {
  kb::Violations violations;
  ForEachMessage(request, "", [&violations](const Message& message, const std::string& path) {
    CheckOwnUnknownFields(message, path, &violations);
  });
  return WithReason(violations.ToStatus(), kUnknownField);
}

absl::Status CheckWrite(const Message& request) {
  RETURN_IF_ERROR(CheckKnownFields(request));
  return CheckText(request);
}

void CheckCollection(absl::string_view collection, absl::string_view field,
                     const kb::EntitySchema& schema, kb::Violations* violations) {
  std::vector<std::string> known;
  for (const kb::EntityKind& kind : schema.kinds()) {
    known.push_back(kind.collection);
  }
  if (!collection.empty() && !absl::c_linear_search(known, collection)) {
    std::string shown(collection.substr(0, kCollectionBytesShown));
    violations->Add(std::string(field), absl::StrCat("there is no collection \"", shown, "\"",
                                                     kb::DidYouMean(shown, known)));
  }
}

void CheckBytes(absl::string_view text, size_t bytes_max, absl::string_view field,
                kb::Violations* violations) {
  if (text.size() > bytes_max) {
    violations->Add(std::string(field),
                    absl::StrCat("must be at most ", bytes_max, " bytes, got ", text.size()));
  }
}

void CheckCount(int count, size_t min, size_t max, absl::string_view field,
                kb::Violations* violations) {
  auto given = static_cast<size_t>(count);
  if (given < min) {
    violations->Add(std::string(field), absl::StrCat("must have at least ", min));
  } else if (given > max) {
    violations->Add(std::string(field), absl::StrCat("must have at most ", max, ", got ", count));
  }
}

void CheckWriteOptions(const v1::WriteOptions& write, kb::Violations* violations) {
  CheckBytes(write.request_id(), kRequestIdBytesMax, "write.request_id", violations);
  CheckBytes(write.reason(), kReasonBytesMax, "write.reason", violations);
}

void CheckRuleFiles(const google::protobuf::RepeatedPtrField<v1::RuleFile>& files,
                    absl::string_view field, kb::Violations* violations) {
  CheckCount(files.size(), 1, kRuleFilesMax, field, violations);
  std::set<std::string> seen;
  for (int i = 0; i < files.size(); ++i) {
    const std::string& path = files[i].path();
    std::string own = absl::StrCat(field, "[", i, "].path");
    if (path.size() > kRulePathBytesMax || !IsRulePath(path)) {
      violations->Add(own, absl::StrCat("must be a relative path with forward slashes, of at most ",
                                        kRulePathBytesMax, " bytes"));
    } else if (!seen.insert(path).second) {
      violations->Add(own, absl::StrCat("\"", path, "\" is given twice"));
    }
  }
}

void CheckRulePack(const v1::RulePack& pack, kb::Violations* violations) {
  if (!IsPackName(pack.name())) {
    violations->Add("pack.name", "must be 1 to 64 of a-z 0-9 _ -, beginning with a letter");
  }
  if (!IsVersion(pack.version())) {
    violations->Add("pack.version", "must be a version, such as \"1.2.0\"");
  }
  CheckBytes(pack.description(), kReasonBytesMax, "pack.description", violations);
  CheckRuleFiles(pack.files(), "pack.files", violations);
}

}  // namespace cartograph::services
