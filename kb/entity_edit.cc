#include "kb/entity_edit.h"

#include <openssl/sha.h>

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status.h"
#include "kb/change_record.h"
#include "kb/error_details.h"
#include "kb/snapshot.h"

namespace cartograph::kb {
namespace {

using v1::Entity;
using v1::Mutation;

constexpr size_t kEtagBytes = 8;  // of the hash: enough to tell the versions of one entity apart

absl::Status Refuse(absl::StatusCode code, absl::string_view name, absl::string_view problem,
                    absl::string_view reason) {
  return ErrorWithReason(code, absl::StrCat(name, " ", problem), reason);
}

// The bytes of the body alone: equal exactly when the contents are.
std::string BodyBytes(const Entity& entity) {
  const auto* reflection = entity.GetReflection();
  const auto* body =
      reflection->GetOneofFieldDescriptor(entity, Entity::descriptor()->FindOneofByName("body"));
  return body == nullptr ? "" : reflection->GetMessage(entity, body).SerializeAsString();
}

std::string EtagOf(const Entity& entity) {
  std::string text =
      absl::StrCat(entity.revision(), entity.has_delete_time() ? "-" : "+", BodyBytes(entity));
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  return absl::BytesToHexString({reinterpret_cast<const char*>(digest), kEtagBytes});
}

// Copies the body of `from` over that of `to`.
void SetBody(const Entity& from, Entity* to) {
  const auto* reflection = from.GetReflection();
  const auto* body =
      reflection->GetOneofFieldDescriptor(from, Entity::descriptor()->FindOneofByName("body"));
  CHECK(body != nullptr);
  reflection->MutableMessage(to, body)->CopyFrom(reflection->GetMessage(from, body));
}

// One mutation being applied.
class Editing {
 public:
  Editing(const Mutation& mutation, const Stamp& stamp, EntityEdit* edit)
      : mutation_(mutation), stamp_(stamp), edit_(edit) {}

  absl::Status Apply() {
    switch (mutation_.kind_case()) {
      case Mutation::kCreate:
        return Create(mutation_.create());
      case Mutation::kUpdate:
        return Update(mutation_.update());
      case Mutation::kPut:
        return Put(mutation_.put());
      case Mutation::kDelete:
        return Delete();
      case Mutation::kUndelete:
        return Undelete();
      case Mutation::KIND_NOT_SET:
        break;
    }
    return absl::InternalError("a mutation without a kind passed the check");
  }

 private:
  absl::Status Create(const Entity& entity) {
    if (edit_->was_live()) {
      return Refuse(absl::StatusCode::kAlreadyExists, edit_->name, "exists already",
                    kReasonEntityExists);
    }
    if (edit_->before.has_value()) {
      return Refuse(absl::StatusCode::kAlreadyExists, edit_->name,
                    "exists already: it is deleted and can be undeleted", kReasonEntityDeleted);
    }
    return Write(v1::ENTITY_CHANGE_KIND_CREATED, entity);
  }

  absl::Status Update(const Entity& entity) {
    RETURN_IF_ERROR(CheckLive());
    return Replace(entity);
  }

  absl::Status Put(const Entity& entity) {
    return edit_->before.has_value() ? Replace(entity)
                                     : Write(v1::ENTITY_CHANGE_KIND_CREATED, entity);
  }

  absl::Status Delete() {
    RETURN_IF_ERROR(CheckLive());
    edit_->after = *edit_->before;
    *edit_->after.mutable_delete_time() = ToTimestamp(stamp_.time);
    return Finish(v1::ENTITY_CHANGE_KIND_DELETED);
  }

  absl::Status Undelete() {
    if (!edit_->before.has_value()) {
      return Missing();
    }
    if (edit_->was_live()) {
      return Refuse(absl::StatusCode::kAlreadyExists, edit_->name, "is not deleted",
                    kReasonEntityNotDeleted);
    }
    edit_->after = *edit_->before;
    edit_->after.clear_delete_time();
    return Finish(v1::ENTITY_CHANGE_KIND_UNDELETED);
  }

  // Puts the body of `entity` in the place of the stored one, deleted or not.
  absl::Status Replace(const Entity& entity) {
    if (BodyBytes(entity) == BodyBytes(*edit_->before) && edit_->was_live() &&
        mutation_.kind_case() == Mutation::kPut) {
      return Leave();
    }
    if (!entity.etag().empty() && entity.etag() != edit_->before->etag()) {
      return Refuse(absl::StatusCode::kAborted, edit_->name,
                    absl::StrCat("has been written since: its etag is ", edit_->before->etag(),
                                 ", not ", entity.etag()),
                    kReasonEtagMismatch);
    }
    if (!edit_->was_live()) {
      return Write(v1::ENTITY_CHANGE_KIND_UNDELETED, entity);
    }
    return BodyBytes(entity) == BodyBytes(*edit_->before)
               ? Leave()
               : Write(v1::ENTITY_CHANGE_KIND_UPDATED, entity);
  }

  absl::Status Leave() {
    edit_->after = *edit_->before;
    edit_->kind = v1::ENTITY_CHANGE_KIND_UNCHANGED;
    return absl::OkStatus();
  }

  absl::Status Write(v1::EntityChangeKind kind, const Entity& entity) {
    if (edit_->before.has_value()) {
      *edit_->after.mutable_create_time() = edit_->before->create_time();
      edit_->after.set_create_actor(edit_->before->create_actor());
    } else {
      *edit_->after.mutable_create_time() = ToTimestamp(stamp_.time);
      edit_->after.set_create_actor(stamp_.actor);
    }
    edit_->after.set_name(edit_->name);
    SetBody(entity, &edit_->after);
    return Finish(kind);
  }

  absl::Status Finish(v1::EntityChangeKind kind) {
    edit_->kind = kind;
    edit_->after.set_revision(stamp_.revision.number());
    *edit_->after.mutable_update_time() = ToTimestamp(stamp_.time);
    edit_->after.set_update_actor(stamp_.actor);
    edit_->after.set_etag(EtagOf(edit_->after));
    return absl::OkStatus();
  }

  absl::Status CheckLive() const {
    if (!edit_->before.has_value()) {
      return Missing();
    }
    return edit_->was_live()
               ? absl::OkStatus()
               : Refuse(absl::StatusCode::kNotFound, edit_->name,
                        "does not exist: it is deleted and can be undeleted", kReasonEntityDeleted);
  }

  absl::Status Missing() const {
    return Refuse(absl::StatusCode::kNotFound, edit_->name, "does not exist",
                  kReasonEntityNotFound);
  }

  const Mutation& mutation_;
  const Stamp& stamp_;
  EntityEdit* const edit_;
};

// What of `precondition` does not hold, or nothing.
std::optional<PreconditionViolation> Unmet(const v1::Precondition& precondition,
                                           const std::optional<Entity>& entity) {
  bool exists = entity.has_value() && !entity->has_delete_time();
  switch (precondition.condition_case()) {
    case v1::Precondition::kExists:
      if (precondition.exists() != exists) {
        return PreconditionViolation{"EXISTS", precondition.name(),
                                     exists ? "exists" : "does not exist"};
      }
      break;
    case v1::Precondition::kEtag:
      if (!exists || entity->etag() != precondition.etag()) {
        return PreconditionViolation{
            "ETAG", precondition.name(),
            exists ? absl::StrCat("has the etag ", entity->etag()) : "does not exist"};
      }
      break;
    case v1::Precondition::kNotAfterRevision:
      if (entity.has_value() && entity->revision() > precondition.not_after_revision()) {
        return PreconditionViolation{"REVISION", precondition.name(),
                                     absl::StrCat("was written at revision ", entity->revision())};
      }
      break;
    case v1::Precondition::CONDITION_NOT_SET:
      break;
  }
  return std::nullopt;
}

}  // namespace

absl::string_view NameOf(const Mutation& mutation) {
  switch (mutation.kind_case()) {
    case Mutation::kCreate:
      return mutation.create().name();
    case Mutation::kUpdate:
      return mutation.update().name();
    case Mutation::kPut:
      return mutation.put().name();
    case Mutation::kDelete:
      return mutation.delete_();
    case Mutation::kUndelete:
      return mutation.undelete();
    case Mutation::KIND_NOT_SET:
      break;
  }
  return "";
}

absl::StatusOr<std::vector<EntityEdit>> MakeEdits(const std::vector<Mutation>& mutations,
                                                  const EntityView& view, const Stamp& stamp) {
  std::vector<EntityEdit> edits(mutations.size());
  for (size_t i = 0; i < mutations.size(); ++i) {
    edits[i].name = std::string(NameOf(mutations[i]));
    ASSIGN_OR_RETURN(edits[i].before, view.GetEntity(edits[i].name));
    RETURN_IF_ERROR(Editing(mutations[i], stamp, &edits[i]).Apply());
  }
  return edits;
}

absl::Status CheckPreconditions(const std::vector<v1::Precondition>& preconditions,
                                const EntityView& view) {
  std::vector<PreconditionViolation> unmet;
  bool only_etags = true;
  for (const v1::Precondition& precondition : preconditions) {
    ASSIGN_OR_RETURN(std::optional<Entity> entity, view.GetEntity(precondition.name()));
    std::optional<PreconditionViolation> violation = Unmet(precondition, entity);
    if (violation.has_value()) {
      only_etags = only_etags && violation->type == "ETAG";
      unmet.push_back(*std::move(violation));
    }
  }
  if (unmet.empty()) {
    return absl::OkStatus();
  }
  std::string message =
      absl::StrCat("a precondition does not hold: ", unmet[0].subject, " ", unmet[0].description);
  return WithPreconditions(
      only_etags ? ErrorWithReason(absl::StatusCode::kAborted, message, kReasonEtagMismatch)
                 : ErrorWithReason(absl::StatusCode::kFailedPrecondition, message,
                                   kReasonPreconditionFailed),
      unmet);
}

}  // namespace cartograph::kb
