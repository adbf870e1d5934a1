"""What every table shares: the declarative base, constraint names, and the mark of a tenant's row."""

import uuid

from sqlalchemy import ForeignKey, MetaData, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

# Every constraint has a name, or SQLite's batch migrations could not drop it (Alembic, "Naming constraints").
NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of all mapped classes."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


class OrganisationScoped:
    """A row that belongs to one organisation; `store.tenancy` refuses queries that forget which."""

    @declared_attr
    def organisation_id(cls) -> Mapped[uuid.UUID]:
        """The organisation that owns the row; its rows go with it."""
        return mapped_column(Uuid, ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
